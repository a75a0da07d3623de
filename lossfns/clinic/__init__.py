"""The clinic: what a number, a curve or a loss function says about a training.

Everything here needs NumPy alone.
"""
