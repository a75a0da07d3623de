"""What a teacher runs for a class."""
