"""What a training log can show, one function for each kind of finding."""

from collections.abc import Callable, Iterator

from lossfns.clinic.findings.broken import below_zero, broken, shown_as_zero
from lossfns.clinic.findings.case import Case, Finding, Place
from lossfns.clinic.findings.levels import flat, floors, starts
from lossfns.clinic.findings.order import periodic, short_batches
from lossfns.clinic.findings.pairs import factors, rising, same_data, stuck_accuracy, training_worse
from lossfns.clinic.findings.shapes import blow_ups, spikes

# In the order in which they are told.
FINDERS: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    broken,
    shown_as_zero,
    below_zero,
    flat,
    floors,
    starts,
    spikes,
    blow_ups,
    rising,
    same_data,
    training_worse,
    factors,
    short_batches,
    periodic,
    stuck_accuracy,
)

__all__ = ["FINDERS", "Case", "Finding", "Place"]
