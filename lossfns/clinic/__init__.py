"""The clinic: what a number, a curve or a loss function says about a training.

Everything here needs NumPy alone.
"""

from lossfns.clinic.explain import Explanation, explain_value

__all__ = ["Explanation", "explain_value"]
