"""The learner's own loss, drawn beside a reference: plain ipywidgets and a live kernel."""

import html
from collections.abc import Callable

import ipywidgets
import numpy as np

import lossfns
from lossfns.figures.explorers import plot_own_loss
from lossfns.figures.picture import picture
from lossfns.web.fallback import shown, signed, table

LOGITS = np.linspace(-10, 10, 81)
SPACES = ("probability", "logit")
AUDITED = (
    "<p>What is wrong with it, if anything: <code>lossfns.clinic.audit(your_loss, "
    'like="sigmoid_binary_cross_entropy")</code></p>'
)


def _values(my_loss, of, label, logits):
    """Return the loss and its numerical push at each logit; nan, and the error, where it fails."""
    errors = []

    def loss(logit):
        guess = lossfns.sigmoid(logit) if of == "probability" else logit
        try:
            return float(my_loss(float(guess), label))
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")
            return np.nan

    with np.errstate(all="ignore"):
        losses = np.array([loss(logit) for logit in logits])
        pushes = np.array(
            [-lossfns.numerical_gradient(lambda z: loss(z[0]), [logit])[0] for logit in logits]
        )
    return losses, pushes, errors


def _drawing(logits, mine, other, name):
    return lambda ax: plot_own_loss(logits, mine, other, ylabel=name, ax=ax)


def explore_loss(
    my_loss: Callable[[float, int], float], *, of: str = "probability"
) -> ipywidgets.VBox:
    """Draw your own loss of one yes-or-no guess, and its push on the logit, beside cross-entropy.

    Parameters
    ----------
    my_loss : callable
        ``my_loss(p, label)`` for the probability of "yes" and the label 0 or 1, both plain
        numbers; returns a number.
    of : {"probability", "logit"}
        What the first argument is; with ``"logit"``, ``my_loss(z, label)``.

    Returns
    -------
    ipywidgets.VBox
        A slider for the logit, a switch for the label, two plots and a table. It needs a live
        kernel: your function runs again with each change.

    Raises
    ------
    TypeError
        If `my_loss` cannot be called.
    ValueError
        If `of` is neither of its two values.

    See Also
    --------
    lossfns.clinic.audit : Says what a loss computes, and where it goes wrong, without a picture.

    Examples
    --------
    >>> box = explore_loss(lambda p, label: (p - label) ** 2)
    >>> [type(part).__name__ for part in box.children]
    ['FloatSlider', 'ToggleButtons', 'HTML']
    """
    if not callable(my_loss):
        raise TypeError(f"my_loss must be a function of (p, label), got {my_loss!r}")
    if of not in SPACES:
        raise ValueError(f'of must be "probability" or "logit", got {of!r}')
    wide = ipywidgets.Layout(width="100%", max_width="32rem")
    slider = ipywidgets.FloatSlider(
        value=-4.5,
        min=-10,
        max=10,
        step=0.1,
        description="logit z",
        continuous_update=False,
        layout=wide,
    )
    switch = ipywidgets.ToggleButtons(options=[1, 0], value=1, description="true label")
    view = ipywidgets.HTML()

    def redraw(_change=None):
        label, here = switch.value, slider.value
        logits = np.append(LOGITS, here)
        losses, pushes, errors = _values(my_loss, of, label, logits)
        labels = np.full(logits.shape, label)
        reference = lossfns.sigmoid_binary_cross_entropy(logits, labels)
        reference_pushes = -lossfns.sigmoid_binary_cross_entropy_grad(logits, labels)
        parts = [
            picture(
                _drawing(logits, mine, other, name),
                f"{name} of your function and of cross-entropy against the logit, label {label}.",
                height=240,
            )
            for name, mine, other in [
                ("loss", losses, reference),
                ("push on the logit", pushes, reference_pushes),
            ]
        ]
        rows = [
            [name, shown(values[-1], 4), signed(force[-1], 4)]
            for name, values, force in [
                ("yours", losses, pushes),
                ("cross-entropy", reference, reference_pushes),
            ]
        ]
        caption = f"At z = {shown(here, 1)}, p = {shown(lossfns.sigmoid(here))}"
        parts.append(table(caption, ["", "loss", "push on the logit"], rows))
        parts.append(AUDITED)
        if errors:
            parts.append(f"<p>Your function failed at some logits: {html.escape(errors[0])}</p>")
        view.value = "\n".join(parts)

    slider.observe(redraw, "value")
    switch.observe(redraw, "value")
    redraw()
    return ipywidgets.VBox([slider, switch, view])
