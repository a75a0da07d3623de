"""The reader of chapter 7's strips: one encoder, and two ways to say what stands on a strip.

The encoder looks at each column and its neighbours. The CTC head gives every column one of eleven
classes. The decoder writes label by label: for each place it looks over all columns, takes a
weighted mean of what the encoder saw (attention), and adds what it knows of the label before.

No loss lives here: a page computes the slopes of its loss at the two heads' logits, and `backward`
carries them to the weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossfns.activations import softmax
from lossfns.course.training import FloatArray, Weights

CLASSES = 11  # the blank, or start and stop; then the ten digits
HIDDEN = 64
MOST_LABELS = 5
WINDOW = 7
ROWS = 8
HANDS = 16


class Reading(NamedTuple):
    """What the reader computed for one strip; `ctc` and `decoder` are the logits of its heads."""

    frames: FloatArray  # (columns, ROWS * WINDOW)
    before: NDArray[np.intp]  # (places,)
    hidden: FloatArray  # (columns, HIDDEN)
    ctc: FloatArray  # (columns, CLASSES)
    keys: FloatArray  # (columns, HIDDEN + HANDS)
    attention: FloatArray  # (places, columns)
    seen: FloatArray  # (places, HIDDEN)
    decoder: FloatArray  # (places, CLASSES)


def windows(image: ArrayLike) -> FloatArray:
    """Return each column of a strip with its neighbours, three on either side.

    Parameters
    ----------
    image : array_like, shape (8, columns)

    Returns
    -------
    ndarray, shape (columns, 56)

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns.course.reader import windows
    >>> windows(np.ones((8, 20))).shape
    (20, 56)
    """
    image = np.asarray(image, dtype=float)
    side = WINDOW // 2
    padded = np.pad(image, ((0, 0), (side, side)))
    view = np.lib.stride_tricks.sliding_window_view(padded, WINDOW, axis=1)
    return view.transpose(1, 0, 2).reshape(image.shape[1], -1)


def start(seed: int) -> Weights:
    """Return the reader's first weights.

    Examples
    --------
    >>> from lossfns.course.reader import start
    >>> start(0)["ctc"].shape
    (64, 11)
    """
    rng = np.random.default_rng(seed)
    inputs = ROWS * WINDOW
    return {
        "in": rng.normal(0, inputs**-0.5, (inputs, HIDDEN)),
        "in_bias": np.zeros(HIDDEN),
        "ctc": rng.normal(0, 0.01, (HIDDEN, CLASSES)),
        "ctc_bias": np.zeros(CLASSES),
        "query": rng.normal(0, 0.1, (MOST_LABELS + 1, HIDDEN + HANDS)),
        "word": rng.normal(0, HIDDEN**-0.5, (HIDDEN, CLASSES)),
        "last_word": np.zeros((CLASSES, CLASSES)),
    }


def _clock(columns: int) -> FloatArray:
    """Sixteen hands for each column, slow and fast, so that a query can ask for a time."""
    turns = np.pi / 1.5 ** np.arange(2, 2 + HANDS // 2)
    angles = np.arange(columns)[:, np.newaxis] * turns
    return np.hstack([np.sin(angles), np.cos(angles)])


def read(
    weights: Mapping[str, FloatArray], frames: FloatArray, labels: Sequence[int] | FloatArray = ()
) -> Reading:
    """Return the logits of both heads for one strip.

    Parameters
    ----------
    weights : dict of ndarray
        As `start` makes them.
    frames : ndarray, shape (columns, 56)
        As `windows` makes them.
    labels : sequence of int, at most 5
        What the decoder is told was said so far, as classes from 1 to 10. Its logits are those
        for the place after each of them, and before the first.

    Returns
    -------
    Reading

    Raises
    ------
    ValueError
        If there are more than five labels.

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns.course.reader import read, start
    >>> reading = read(start(0), np.zeros((30, 56)), [3, 7])
    >>> reading.ctc.shape, reading.decoder.shape
    ((30, 11), (3, 11))
    """
    before = np.append(0, np.asarray(labels, dtype=np.intp)).astype(np.intp)
    if len(before) > MOST_LABELS + 1:
        raise ValueError(f"labels must hold at most {MOST_LABELS}, got {len(before) - 1}")
    hidden = np.tanh(frames @ weights["in"] + weights["in_bias"])
    keys = np.hstack([hidden, _clock(len(hidden))])
    attention = softmax(weights["query"][: len(before)] @ keys.T)
    seen = attention @ hidden
    return Reading(
        frames=frames,
        before=before,
        hidden=hidden,
        ctc=hidden @ weights["ctc"] + weights["ctc_bias"],
        keys=keys,
        attention=attention,
        seen=seen,
        decoder=seen @ weights["word"] + weights["last_word"][before],
    )


def backward(
    weights: Mapping[str, FloatArray],
    reading: Reading,
    *,
    ctc: FloatArray | None = None,
    decoder: FloatArray | None = None,
) -> Weights:
    """Carry the slopes of a loss at the heads' logits back to every weight.

    Parameters
    ----------
    weights : dict of ndarray
    reading : Reading
        What `read` returned for these weights.
    ctc, decoder : ndarray, optional
        Slope of the loss at `reading.ctc` and at `reading.decoder`. A head that is left out has
        no part in the loss, and its weights get no gradient.

    Returns
    -------
    dict of ndarray

    Examples
    --------
    >>> import numpy as np
    >>> from lossfns.course.reader import backward, read, start
    >>> weights = start(0)
    >>> reading = read(weights, np.ones((30, 56)))
    >>> sorted(backward(weights, reading, ctc=np.ones((30, 11))))
    ['ctc', 'ctc_bias', 'in', 'in_bias']
    """
    gradients: Weights = {}
    at_hidden = np.zeros_like(reading.hidden)
    if ctc is not None:
        gradients |= {"ctc": reading.hidden.T @ ctc, "ctc_bias": ctc.sum(axis=0)}
        at_hidden += ctc @ weights["ctc"].T
    if decoder is not None:
        places = len(reading.before)
        at_seen = decoder @ weights["word"].T
        at_attention = at_seen @ reading.hidden.T
        # Through the softmax of the attention: each score's own slope minus the mean slope.
        mean = (reading.attention * at_attention).sum(axis=1, keepdims=True)
        at_scores = reading.attention * (at_attention - mean)
        at_keys = at_scores.T @ weights["query"][:places]
        query, last_word = np.zeros_like(weights["query"]), np.zeros_like(weights["last_word"])
        query[:places] = at_scores @ reading.keys
        np.add.at(last_word, reading.before, decoder)
        gradients |= {"word": reading.seen.T @ decoder, "last_word": last_word, "query": query}
        at_hidden += reading.attention.T @ at_seen + at_keys[:, :HIDDEN]
    before = at_hidden * (1 - reading.hidden**2)
    return gradients | {"in": reading.frames.T @ before, "in_bias": before.sum(axis=0)}


def collapse(alignment: Sequence[int], blank: int = 0) -> tuple[int, ...]:
    """Turn one class per column into a reading: merge equal neighbours, then drop the blanks.

    Examples
    --------
    >>> from lossfns.course.reader import collapse
    >>> collapse([3, 3, 0, 7, 7]), collapse([3, 0, 3]), collapse([3, 3, 3])
    ((3, 7), (3, 3), (3,))
    """
    kept = [k for before, k in pairwise((blank, *alignment)) if k != before]
    return tuple(k for k in kept if k != blank)


def read_with_ctc(weights: Mapping[str, FloatArray], frames: FloatArray) -> tuple[int, ...]:
    """Read a strip aloud with the CTC head: each column's best class, collapsed."""
    return collapse(read(weights, frames).ctc.argmax(axis=1).tolist())


def read_with_decoder(weights: Mapping[str, FloatArray], frames: FloatArray) -> tuple[int, ...]:
    """Read a strip aloud with the decoder: the best next label, until it says stop."""
    said: list[int] = []
    for _ in range(MOST_LABELS):
        best = int(read(weights, frames, said).decoder[-1].argmax())
        if best == 0:
            break
        said.append(best)
    return tuple(said)


def edits(said: Sequence[int], truth: Sequence[int] | NDArray[np.intp]) -> int:
    """Return the fewest labels to put in, take out or replace that turn one into the other.

    Examples
    --------
    >>> from lossfns.course.reader import edits
    >>> edits([3, 7, 2], [3, 7, 7, 2]), edits([], [1, 2])
    (1, 2)
    """
    row = list(range(len(truth) + 1))
    for i, s in enumerate(said, 1):
        above, row = row, [i]
        for j, t in enumerate(truth, 1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (s != t)))
    return row[-1]
