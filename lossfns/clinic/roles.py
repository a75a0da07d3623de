"""What a loss may be meant to be: the right values, the conventions, and what to try."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

import lossfns
from lossfns.clinic import mistakes, probes
from lossfns.clinic.conventions import (
    ALONE,
    BATCH_OF_ONE,
    CHANNEL,
    CLASS_LAYOUTS,
    CLASSES_FIRST,
    ENTRY_LAYOUTS,
    FLAT,
    IMAGES,
    INDICES,
    LOG_PROBABILITIES,
    LOGITS,
    ONE_HOT,
    PER_ENTRY,
    PER_EXAMPLE,
    PLAIN,
    PLUS_MINUS,
    POSITIONS,
    PROBABILITIES,
    SUM,
    WHOLE,
    YES_PROBABILITIES,
    ZERO_ONE,
    Array,
    Case,
    Form,
    Input,
    Layout,
    Reduction,
    plain,
)
from lossfns.clinic.probes import Extreme
from lossfns.judging.mistakes import Mutant

Forms = tuple[Form | None, ...]


@dataclass(frozen=True)
class Knob:
    """A number that a loss is tuned with.

    sign : how it is written
    words : what parameters that take it are called
    values : those that are tried, the usual first
    meanings : what a number may mean that is handed over by name; its words and its value
    turned : words for parameters that have but the last of these meanings
    """

    sign: str
    words: tuple[str, ...]
    values: tuple[Any, ...]
    meanings: tuple[tuple[str, Callable[[float], float]], ...] = (("", float),)
    turned: tuple[str, ...] = ()

    def told(self, given: Any, name: str) -> tuple[Any, ...]:
        """Return what a number handed over by name may stand for."""
        if given is None or isinstance(given, bool):
            return (given,) if given in self.values else self.values
        if given < 0:  # how some say that it is not used
            return self.values
        meanings = self.meanings[-1:] if name in self.turned else self.meanings
        return tuple(meaning(given) for _, meaning in meanings)


@dataclass(frozen=True)
class Role:
    """What a loss is meant to be.

    inputs : in the order of the case that `reference` takes
    scores : the input whose slope training follows
    reference : one value per example or entry, or one for the whole batch
    slope : the gradient of the sum of `reference` with respect to the scores, exact at extremes
    order : the usual order of the inputs
    orders : those that people use; all if empty
    fits : whether forms go together
    labelled : whether all but the scores may be handed over as whole numbers
    """

    name: str
    inputs: tuple[Input, ...]
    reference: Callable[..., Any]
    ordinary: Callable[[], list[Case]]
    mistakes: tuple[Mutant, ...] = ()
    extremes: tuple[Extreme, ...] = ()
    slope: Callable[..., Any] | None = None
    knobs: tuple[Knob, ...] = ()
    layouts: Sequence[Layout] = CLASS_LAYOUTS
    reductions: Sequence[Reduction] = PER_EXAMPLE
    scores: int = 0
    order: tuple[int, ...] = (0, 1)
    orders: tuple[tuple[int, ...], ...] = ()
    fits: Callable[[Forms], bool] = lambda forms: True
    logarithmic: bool = True
    labelled: bool = False

    def settings(
        self, told: dict[str, Any], called: dict[str, str] | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yield the knobs to try; those that a signature tells, under a name, are held."""
        names = called or {}
        choices = (
            knob.told(told[knob.sign], names.get(knob.sign, ""))
            if knob.sign in told
            else knob.values
            for knob in self.knobs
        )
        for chosen in product(*choices):
            yield dict(zip((knob.sign for knob in self.knobs), chosen, strict=True))

    def known(self) -> tuple[Mutant, ...]:
        """Return every mistake that is looked for, the loss's own first."""
        common = mistakes.generic(
            self.reference, logarithmic=self.logarithmic, whole=self.reductions is WHOLE
        )
        return (*self.mistakes, *common)


# What parameters that take a model's output are called.
# fmt: off
SCORES = (
    "pred", "preds", "prediction", "predictions", "predicted", "logits", "logit", "scores",
    "score", "output", "outputs", "input", "inputs", "x", "z", "yhat", "hat", "p", "probs",
    "probabilities", "logp", "logprobs", "mean", "means", "mu",
)
# fmt: on
TRUTH = ("true", "label", "labels", "target", "targets", "truth", "t", "onehot", "y", "gt")
CLASSES_IN = Input("scores", SCORES, (LOGITS, LOG_PROBABILITIES, PROBABILITIES))
LABELS = Input("labels", TRUTH, (INDICES, ONE_HOT))
YES_IN = Input("scores", SCORES, (LOGITS, YES_PROBABILITIES))
YES_LABELS = Input("labels", TRUTH, (ZERO_ONE, PLUS_MINUS))
PREDICTIONS = Input("predictions", SCORES, (plain("predictions"),))
TARGETS = Input("targets", TRUTH, (plain("targets"),))
DENSITY = (PROBABILITIES, LOG_PROBABILITIES, LOGITS)


def _named(form: Form, says: str) -> Form:
    return Form(f"{says} as {form.says}", form.make, form.pull, undo=form.undo, far=form.far)


def _densities(name: str, words: tuple[str, ...], says: str, forms: tuple[Form, ...]) -> Input:
    return Input(name, words, tuple(_named(form, says) for form in forms))


HAPPENS = ("p", "true", "target", "targets", "actual", "label", "labels", "teacher", "real")
EXPECTED = ("q", "pred", "preds", "input", "predicted", "student", "output", "approx", "prediction")
FORECAST = _densities("q", EXPECTED, "what is expected (q)", DENSITY)
OUTCOMES = _densities("p", HAPPENS, "what happens (p)", DENSITY)
STUDENT = _densities(
    "student", ("student", "s", "input", "pred"), "the student", (LOGITS, PROBABILITIES)
)
TEACHER = _densities(
    "teacher", ("teacher", "t", "target", "true"), "the teacher", (LOGITS, PROBABILITIES)
)
LABEL_SMOOTHING = Knob(
    "smoothing",
    ("smoothing", "label_smoothing", "epsilon", "eps"),
    (0.1, 0.05, 0.2, 0.01, 0.3),
)
ALPHA = Knob("alpha", ("alpha", "a"), (None, 0.25, 0.75, 0.5, 0.1, 0.9))
GAMMA = Knob("gamma", ("gamma", "g"), (2.0, 1.0, 3.0, 0.0, 5.0, 0.5, 1.5, 4.0))
DELTA = Knob("delta", ("delta", "beta"), (1.0, 1.345, 1.35, 0.5, 2.0, 0.1, 5.0, 1.5))
QUANTILE = Knob(
    "quantile",
    ("quantile", "q", "tau", "alpha"),
    (0.5, 0.9, 0.1, 0.95, 0.05, 0.75, 0.25, 0.99, 0.01, 0.8, 0.2, 0.7, 0.3, 0.6, 0.4),
)
TEMPERATURE = Knob(
    "temperature",
    ("temperature", "t", "temp", "tau"),
    (2.0, 4.0, 3.0, 5.0, 1.5, 6.0, 8.0, 10.0, 20.0, 1.0),
)
MARGIN = Knob("margin", ("margin", "alpha", "m"), (1.0, 0.2, 0.5, 0.3, 0.1, 0.05, 2.0, 0.25))
FULL = Knob("full", ("full",), (False, True))
BETA = Knob("beta", ("beta",), (0.1, 0.2, 0.5, 0.01, 0.05, 0.3))
SCALE = Knob(
    "scale",
    ("scale", "logit_scale", "log_scale", "temperature", "temp", "t", "tau"),
    (1 / 0.07, 100.0, 10.0, 20.0, 1.0, 5.0, 2.0, 50.0),
    (
        ("the factor itself", float),
        ("the factor's logarithm", lambda given: float(np.exp(min(given, 50.0)))),
        ("the temperature", lambda given: 1 / given if given else 1.0),
    ),
    ("temperature", "temp", "t", "tau"),
)
BIAS = Knob("bias", ("bias", "logit_bias", "b"), (-10.0, 0.0, -1.0))
SMOOTH = Knob(
    "smoothing", ("smooth", "smoothing", "eps", "epsilon"), (0.0, 1.0, 1e-3, 0.1, 1e-2, 10.0, 100.0)
)
BATCH = Knob("batch", (), (False, True))
SQUARES = Knob("squared", (), (False, True))


def _cross_entropy_slope(z: Array, y: Array) -> Any:
    return lossfns.softmax_cross_entropy_grad(z, y)


def _smoothed(z: Array, y: Array, smoothing: float) -> Any:
    return lossfns.softmax_cross_entropy(z, lossfns.smooth_labels(y, smoothing))


def _smoothed_slope(z: Array, y: Array, smoothing: float) -> Any:
    return lossfns.softmax_cross_entropy_grad(z, lossfns.smooth_labels(y, smoothing))


def _kl(z_q: Array, z_p: Array) -> Any:
    """KL, also for a forecast so far off that its softmax rounds to 0."""
    return lossfns.distillation_loss(z_q, z_p, temperature=1.0)


def _js(z_q: Array, z_p: Array) -> Any:
    return lossfns.js_divergence(lossfns.softmax(z_p), lossfns.softmax(z_q))


def _kl_slope(z_q: Array, z_p: Array) -> Any:
    return lossfns.distillation_loss_grad(z_q, z_p, temperature=1.0)


def _tversky(z: Array, y: Array, alpha: float, beta: float, smoothing: float, batch: bool) -> Any:
    return lossfns.tversky_loss(
        lossfns.sigmoid(z),
        y,
        alpha=alpha,
        beta=beta,
        smoothing=smoothing,
        axis=(-3, -2, -1) if batch else (-2, -1),
    )


def _dice(z: Array, y: Array, smoothing: float, batch: bool, squared: bool) -> Any:
    p, axes = lossfns.sigmoid(z), (-3, -2, -1) if batch else (-2, -1)
    if not squared:
        return lossfns.dice_loss(p, y, smoothing=smoothing, axis=axes)
    hits, sizes = (p * y).sum(axis=axes), (p**2 + y**2).sum(axis=axes)
    with np.errstate(all="ignore"):
        return np.where(sizes + smoothing > 0, 1 - (2 * hits + smoothing) / (sizes + smoothing), 0)


def _jaccard(z: Array, y: Array, smoothing: float, batch: bool) -> Any:
    axes = (-3, -2, -1) if batch else (-2, -1)
    return lossfns.jaccard_loss(lossfns.sigmoid(z), y, smoothing=smoothing, axis=axes)


def _clip(a: Array, b: Array, scale: float) -> Any:
    return lossfns.clip_loss(a, b, log_scale=float(np.log(scale)))


def _siglip(a: Array, b: Array, scale: float, bias: float) -> Any:
    return lossfns.siglip_loss(a, b, log_scale=float(np.log(scale)), bias=bias)


def _grid(a: Array, b: Array) -> Array:
    a, b = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (a, b))
    return np.asarray(a @ b.T)


def _example_weights(case: Case) -> Array:
    return np.asarray(case[1] @ case[2])


def _weighted(z: Array, y: Array, w: Array) -> Any:
    return lossfns.softmax_cross_entropy(z, y) * (y @ w)


def _masked(z: Array, y: Array, keep: Array) -> Any:
    return lossfns.softmax_cross_entropy_with_integer_labels(z, y) * keep


def _marked(marker: int) -> Form:
    return Form(
        f"class indices, {marker} where ignored".replace("-", "−"),
        lambda z, y, keep: np.where(keep, y, marker),
        whole=True,
    )


MARKERS = (_marked(-100), _marked(-1))
COUNTS_WHERE_1 = Form("a mask, 1 where a position counts", lambda keep: keep * 1.0)
IGNORED_WHERE_1 = Form("a mask, 1 where a position is ignored", lambda keep: 1.0 - keep)
YES_MASK = Form("a mask of booleans, true where a position counts", lambda keep: keep)


def _one_way(forms: Forms) -> bool:
    """Positions are marked in the labels or in a mask, not in both."""
    return (forms[1] in MARKERS) == (forms[2] is None)


def _same_space(forms: Forms) -> bool:
    """Two models' outputs come in one form."""
    first, second = forms[:2]
    assert first is not None
    assert second is not None
    return first.says.rpartition(" as ")[2] == second.says.rpartition(" as ")[2]


CROSS_ENTROPY = Role(
    name="softmax_cross_entropy",
    labelled=True,
    inputs=(CLASSES_IN, LABELS),
    reference=lossfns.softmax_cross_entropy,
    ordinary=probes.classified,
    mistakes=mistakes.SOFTMAX,
    extremes=probes.CLASSES,
    slope=_cross_entropy_slope,
)
BINARY = Role(
    name="sigmoid_binary_cross_entropy",
    labelled=True,
    inputs=(YES_IN, YES_LABELS),
    reference=lossfns.sigmoid_binary_cross_entropy,
    ordinary=probes.yes_or_no,
    mistakes=mistakes.BINARY,
    extremes=probes.YES_OR_NO,
    slope=lossfns.sigmoid_binary_cross_entropy_grad,
    layouts=ENTRY_LAYOUTS,
    reductions=PER_ENTRY,
)


def _regression(
    name: str,
    known: tuple[Mutant, ...],
    *knobs: Knob,
) -> Role:
    return Role(
        name=name,
        labelled=True,
        inputs=(PREDICTIONS, TARGETS),
        reference=getattr(lossfns, name),
        ordinary=probes.numbers,
        mistakes=known,
        extremes=probes.NUMBERS,
        slope=getattr(lossfns, f"{name}_grad"),
        knobs=knobs,
        layouts=ENTRY_LAYOUTS,
        reductions=PER_ENTRY,
        logarithmic=False,
    )


def _features(first: str, second: str) -> tuple[Input, Input]:
    return (
        Input(first, (first, f"{first}s", "a"), (plain(f"{first} features"),)),
        Input(second, (second, f"{second}s", "b"), (plain(f"{second} features"),)),
    )


SIMILARITY = Form(
    "the cosines of all pairs, images along the first axis", lambda a, b: _grid(a, b), whole=True
)
IMAGES_IN, TEXTS_IN = _features("image", "text")
VARIANCE = Form("variances", np.exp, undo=np.log)
DEVIATION = Form("standard deviations", lambda s: np.exp(s / 2), undo=lambda d: 2 * np.log(d))
RATES = Form("rates", np.exp, lambda z, slope: np.exp(z) * slope, undo=np.log)
MASK_LAYOUTS = (PLAIN, CHANNEL, FLAT, ALONE)
MASK_IN = Input("scores", SCORES, (YES_PROBABILITIES, LOGITS))
MASK_TRUE = Input("masks", TRUTH, (Form("masks of 0 and 1", lambda y: y),))


def _scores_of(name: str, says: str) -> Input:
    return Input(name, (name, says), (plain(says),))


ALL = (
    CROSS_ENTROPY,
    Role(
        name="softmax_cross_entropy_with_integer_labels",
        labelled=True,
        inputs=(CLASSES_IN, Input("labels", TRUTH, (INDICES,))),
        reference=lossfns.softmax_cross_entropy,
        ordinary=probes.classified,
        mistakes=mistakes.SOFTMAX,
        extremes=probes.CLASSES,
        slope=_cross_entropy_slope,
    ),
    BINARY,
    Role(
        name="sigmoid_focal_loss",
        labelled=True,
        inputs=(YES_IN, YES_LABELS),
        reference=lossfns.sigmoid_focal_loss,
        ordinary=probes.yes_or_no,
        mistakes=mistakes.FOCAL,
        extremes=probes.YES_OR_NO,
        slope=lossfns.sigmoid_focal_loss_grad,
        knobs=(ALPHA, GAMMA),
        layouts=ENTRY_LAYOUTS,
        reductions=PER_ENTRY,
    ),
    Role(
        name="softmax_focal_loss",
        labelled=True,
        inputs=(CLASSES_IN, LABELS),
        reference=lambda z, y, gamma: lossfns.softmax_focal_loss(z, y.argmax(-1), gamma=gamma),
        ordinary=probes.classified,
        mistakes=mistakes.FOCAL_OF_K,
        extremes=probes.CLASSES,
        slope=lambda z, y, gamma: lossfns.softmax_focal_loss_grad(z, y.argmax(-1), gamma=gamma),
        knobs=(GAMMA,),
    ),
    Role(
        name="label_smoothing",
        labelled=True,
        inputs=(CLASSES_IN, LABELS),
        reference=_smoothed,
        ordinary=probes.classified,
        mistakes=mistakes.SMOOTHING,
        extremes=probes.SMOOTHED_CLASSES,
        slope=_smoothed_slope,
        knobs=(LABEL_SMOOTHING,),
    ),
    Role(
        name="kl_divergence",
        inputs=(FORECAST, OUTCOMES),
        reference=_kl,
        ordinary=probes.two_distributions,
        mistakes=mistakes.DIVERGENCE,
        extremes=probes.DISTRIBUTIONS,
        slope=_kl_slope,
        order=(1, 0),
    ),
    Role(
        name="js_divergence",
        inputs=(FORECAST, OUTCOMES),
        reference=_js,
        ordinary=probes.two_distributions,
        mistakes=mistakes.DIVERGENCE,
        extremes=probes.TWO_WAYS,
        order=(1, 0),
    ),
    Role(
        name="distillation_loss",
        inputs=(STUDENT, TEACHER),
        reference=lossfns.distillation_loss,
        ordinary=probes.two_distributions,
        mistakes=mistakes.DISTILLATION,
        extremes=probes.DISTRIBUTIONS,
        slope=lossfns.distillation_loss_grad,
        knobs=(TEMPERATURE,),
        fits=_same_space,
    ),
    _regression("squared_error", mistakes.SQUARED),
    _regression("absolute_error", mistakes.ABSOLUTE),
    _regression("huber_loss", mistakes.HUBER, DELTA),
    _regression("pinball_loss", mistakes.PINBALL, QUANTILE),
    Role(
        name="gaussian_nll_loss",
        order=(0, 1, 2),
        inputs=(
            PREDICTIONS,
            TARGETS,
            Input(
                "log variances",
                ("var", "variance", "logvar", "sigma", "std", "scale", "variances", "s"),
                (plain("logarithms of variances"), VARIANCE, DEVIATION),
            ),
        ),
        reference=lossfns.gaussian_nll_loss,
        ordinary=probes.with_variances,
        mistakes=mistakes.GAUSSIAN,
        extremes=probes.VARIANCES,
        slope=lambda m, t, s, full: lossfns.gaussian_nll_loss_grad(m, t, s)[0],
        knobs=(FULL,),
        layouts=ENTRY_LAYOUTS,
        reductions=PER_ENTRY,
        logarithmic=False,
    ),
    Role(
        name="poisson_nll_loss",
        labelled=True,
        inputs=(Input("rates", SCORES, (plain("logarithms of rates"), RATES)), TARGETS),
        reference=lossfns.poisson_nll_loss,
        ordinary=probes.counted,
        mistakes=mistakes.POISSON,
        extremes=probes.COUNTS,
        slope=lambda z, t, full: lossfns.poisson_nll_loss_grad(z, t),
        knobs=(FULL,),
        layouts=ENTRY_LAYOUTS,
        reductions=PER_ENTRY,
        logarithmic=False,
    ),
    Role(
        name="hinge_loss",
        labelled=True,
        inputs=(
            Input("scores", SCORES, (plain("scores"),)),
            Input("labels", TRUTH, (PLUS_MINUS, ZERO_ONE)),
        ),
        reference=lambda z, y: lossfns.hinge_loss(z, 2 * y - 1),
        ordinary=probes.yes_or_no,
        mistakes=mistakes.HINGE,
        slope=lambda z, y: lossfns.hinge_loss_grad(z, 2 * y - 1),
        layouts=ENTRY_LAYOUTS,
        reductions=PER_ENTRY,
        logarithmic=False,
    ),
    Role(
        name="dice_loss",
        inputs=(MASK_IN, MASK_TRUE),
        reference=_dice,
        ordinary=probes.masks,
        mistakes=mistakes.DICE,
        extremes=probes.MASKS,
        knobs=(SMOOTH, BATCH, SQUARES),
        layouts=MASK_LAYOUTS,
        logarithmic=False,
    ),
    Role(
        name="jaccard_loss",
        inputs=(MASK_IN, MASK_TRUE),
        reference=_jaccard,
        ordinary=probes.masks,
        mistakes=mistakes.JACCARD,
        extremes=probes.MASKS,
        knobs=(SMOOTH, BATCH),
        layouts=MASK_LAYOUTS,
        logarithmic=False,
    ),
    Role(
        name="tversky_loss",
        inputs=(MASK_IN, MASK_TRUE),
        reference=_tversky,
        ordinary=probes.masks,
        extremes=probes.MASKS,
        knobs=(
            Knob("alpha", ("alpha",), (0.5, 0.3, 0.7)),
            Knob("beta", ("beta",), (0.5, 0.7, 0.3)),
            SMOOTH,
            BATCH,
        ),
        layouts=MASK_LAYOUTS,
        logarithmic=False,
    ),
    Role(
        name="triplet_loss",
        inputs=(
            _scores_of("anchor", "anchors"),
            _scores_of("positive", "positives"),
            _scores_of("negative", "negatives"),
        ),
        reference=lossfns.triplet_loss,
        ordinary=probes.triplets,
        mistakes=mistakes.TRIPLET,
        extremes=probes.TRIPLETS,
        slope=lambda a, p, n, margin: lossfns.triplet_loss_grad(a, p, n, margin=margin)[0],
        knobs=(MARGIN,),
        orders=((0, 1, 2),),
        layouts=(PLAIN, ALONE),
        logarithmic=False,
    ),
    Role(
        name="clip_loss",
        inputs=(
            Input(IMAGES_IN.name, IMAGES_IN.words, (*IMAGES_IN.forms, SIMILARITY)),
            Input(TEXTS_IN.name, TEXTS_IN.words, (*TEXTS_IN.forms, None)),
        ),
        reference=_clip,
        ordinary=probes.paired,
        mistakes=mistakes.CLIP,
        knobs=(SCALE,),
        layouts=(PLAIN,),
        reductions=WHOLE,
        fits=lambda forms: (forms[0] is SIMILARITY) == (forms[1] is None),
    ),
    Role(
        name="siglip_loss",
        inputs=(IMAGES_IN, TEXTS_IN),
        reference=_siglip,
        ordinary=probes.paired,
        mistakes=mistakes.SIGLIP,
        knobs=(SCALE, BIAS),
        layouts=(PLAIN,),
        reductions=WHOLE,
    ),
    Role(
        name="pair_loss",
        inputs=(_scores_of("better", "chosen"), _scores_of("worse", "rejected")),
        reference=lossfns.pair_loss,
        ordinary=lambda: probes.answers(2),
        mistakes=mistakes.PAIR,
        extremes=probes.PAIRS,
        slope=lambda b, w: lossfns.pair_loss_grad(b, w)[0],
        orders=((0, 1),),
        layouts=(PLAIN, ALONE),
    ),
    Role(
        name="dpo_loss",
        inputs=(
            Input("policy better", (), (plain("the policy's log-probabilities of the better"),)),
            Input("policy worse", (), (plain("of the worse"),)),
            Input("reference better", (), (plain("the reference's of the better"),)),
            Input("reference worse", (), (plain("of the worse"),)),
        ),
        reference=lossfns.dpo_loss,
        ordinary=lambda: probes.answers(4),
        mistakes=mistakes.DPO,
        extremes=probes.GAINS,
        slope=lambda *case, beta: lossfns.dpo_loss_grad(*case, beta=beta)[0],
        knobs=(BETA,),
        orders=((0, 1, 2, 3), (0, 2, 1, 3)),
        layouts=(PLAIN, ALONE),
    ),
    Role(
        name="negative_sampling_loss",
        inputs=(
            Input("center", ("center", "centre", "word"), (plain("the word in the middle"),)),
            Input("context", ("context", "positive"), (plain("its neighbour"),)),
            Input("negatives", ("negatives", "negative"), (plain("words drawn at random"),)),
        ),
        reference=lossfns.negative_sampling_loss,
        ordinary=probes.words,
        mistakes=mistakes.NEGATIVES,
        extremes=probes.WORDS,
        slope=lambda *case: lossfns.negative_sampling_loss_grad(*case)[0],
        layouts=(PLAIN, BATCH_OF_ONE),
        reductions=WHOLE,
        order=(0, 1, 2),
        orders=((0, 1, 2),),
    ),
    Role(
        name="ctc_loss",
        inputs=(CLASSES_IN, Input("labels", TRUTH, (Form("labels, 0 the blank", lambda y: y),))),
        reference=lossfns.ctc_loss,
        ordinary=probes.spoken,
        mistakes=mistakes.CTC,
        extremes=probes.SPOKEN,
        slope=lossfns.ctc_loss_grad,
        layouts=(PLAIN, BATCH_OF_ONE),
        reductions=WHOLE,
    ),
    Role(
        name="velocity_loss",
        inputs=(
            Input("predicted", SCORES, (plain("predicted velocities"),)),
            Input("data", ("x0", "data", "clean"), (plain("data"),)),
            Input("noise", ("noise", "eps", "epsilon"), (plain("noise"),)),
            Input("alpha_bar", ("alpha_bar", "alphabar"), (plain("ᾱ"),)),
        ),
        reference=lossfns.velocity_loss,
        ordinary=probes.noised,
        mistakes=mistakes.VELOCITY,
        layouts=(PLAIN,),
        reductions=PER_ENTRY,
        order=(0, 1, 2, 3),
        orders=((0, 1, 2, 3),),
        logarithmic=False,
    ),
    Role(
        name="weighted_cross_entropy",
        order=(0, 1, 2),
        inputs=(
            CLASSES_IN,
            LABELS,
            Input(
                "weights",
                ("weight", "weights", "w"),
                (Form("a weight for each class", lambda w: w),),
            ),
        ),
        reference=_weighted,
        ordinary=probes.weighted,
        mistakes=mistakes.WEIGHTED,
        extremes=probes.WEIGHTS,
        slope=lambda z, y, w: lossfns.softmax_cross_entropy_grad(z, y) * (y @ w)[:, np.newaxis],
        layouts=(PLAIN, CLASSES_FIRST, IMAGES),
        reductions=(
            PER_EXAMPLE[0],
            Reduction(
                "the mean, divided by the weights that were used",
                lambda losses, case: losses.sum() / _example_weights(case).sum(),
            ),
            SUM,
        ),
    ),
    Role(
        name="masked_cross_entropy",
        order=(0, 1, 2),
        inputs=(
            Input("scores", SCORES, (LOGITS, LOG_PROBABILITIES, PROBABILITIES)),
            Input("labels", TRUTH, (*MARKERS, Form("class indices", lambda y: y))),
            Input(
                "mask",
                ("mask", "keep", "valid", "padding", "weights"),
                (None, COUNTS_WHERE_1, YES_MASK, IGNORED_WHERE_1),
            ),
        ),
        reference=_masked,
        ordinary=probes.sequences,
        mistakes=mistakes.MASKED,
        extremes=probes.SEQUENCES,
        layouts=(PLAIN, POSITIONS),
        reductions=(
            Reduction(
                "the mean over the positions that count",
                lambda losses, case: losses.sum() / max(case[2].sum(), 1),
            ),
            Reduction("one value per position, 0 where ignored", lambda losses, _: losses),
            SUM,
        ),
        fits=_one_way,
    ),
)
ROLES = {role.name: role for role in ALL}
# Other names that people know them by.
ALSO = {
    "cross_entropy": "softmax_cross_entropy",
    "binary_cross_entropy": "sigmoid_binary_cross_entropy",
    "bce": "sigmoid_binary_cross_entropy",
    "mse": "squared_error",
    "mae": "absolute_error",
    "focal_loss": "sigmoid_focal_loss",
    "smooth_labels": "label_smoothing",
    "infonce": "clip_loss",
}


def role(name: str) -> Role:
    """Return what a loss is meant to be, by its name.

    Raises
    ------
    ValueError
        If there is none of this name; the nearest is named.

    Examples
    --------
    >>> role("mse").name
    'squared_error'
    """
    name = ALSO.get(name, name)
    if name not in ROLES:
        near = difflib.get_close_matches(str(name), [*ROLES, *ALSO], n=1)
        guess = f" (did you mean {near[0]!r}?)" if near else ""
        raise ValueError(f"like must be one of {', '.join(ROLES)}; got {name!r}{guess}")
    return ROLES[name]
