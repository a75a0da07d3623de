"""The course's figures: pure functions that draw on a Matplotlib ``Axes`` and return it."""

from lossfns.figures.style import CROSS_ENTROPY, MSE, PALETTE, use_course_style

__all__ = ["CROSS_ENTROPY", "MSE", "PALETTE", "use_course_style"]
