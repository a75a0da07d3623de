"""The formats of a training log, each recognised by its content.

A format is a class with a `name`, a `recognise(head)` that returns a reader of it or None for the
first lines of a log, a `read(lines, first)` that takes the next lines, the first of which has the
number `first`, and an `end()`.
"""

from lossfns.clinic.formats.history import History
from lossfns.clinic.formats.keras import KerasProgress
from lossfns.clinic.formats.objects import Objects
from lossfns.clinic.formats.tables import Table
from lossfns.clinic.formats.text import Text

# The first that recognises a log reads it; the last takes any text.
FORMATS = (History, Objects, KerasProgress, Table, Text)

__all__ = ["FORMATS"]
