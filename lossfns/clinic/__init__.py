"""The clinic: what a number, a curve or a loss function says about a training.

Everything here needs NumPy alone.
"""

from lossfns.clinic.audit import Audit, assert_loss, audit

__all__ = ["Audit", "assert_loss", "audit"]
