"""What a number, a curve or a loss function of another says."""
