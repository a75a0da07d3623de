"""The clinic: what a number, a curve or a loss function says about a training.

Everything here needs NumPy alone.
"""

from lossfns.clinic.audit import Audit, assert_loss, audit
from lossfns.clinic.diagnose import Finding, Place, diagnose
from lossfns.clinic.explain import Explanation, explain_value
from lossfns.clinic.log import LogError, Series, TrainingLog, read_log

__all__ = [
    "Audit",
    "Explanation",
    "Finding",
    "LogError",
    "Place",
    "Series",
    "TrainingLog",
    "assert_loss",
    "audit",
    "diagnose",
    "explain_value",
    "read_log",
]
