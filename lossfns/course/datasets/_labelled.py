"""What the makers of strips and of canvases ask of the pictures they are given."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossfns._validation import float_array

Images = NDArray[np.floating[Any]]
Labels = NDArray[np.integer[Any]]


def labelled_images(images: ArrayLike, labels: ArrayLike) -> tuple[Images, Labels]:
    """Return pictures of shape (n, rows, columns) and their n labels, as arrays."""
    images, labels = float_array(images, "images"), np.asarray(labels)
    if images.ndim != 3 or images.size == 0:
        raise ValueError(
            f"images must have shape (n, rows, columns), none of them 0, got {images.shape}"
        )
    if labels.shape != images.shape[:1]:
        raise ValueError(
            f"labels must have one label for each of the {len(images)} images, "
            f"got shape {labels.shape}"
        )
    return images, labels
