"""Every loss that another library has too: its arguments, and what the others call it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import optax
import torch
import torch.nn.functional as F
from jax import nn as jnn
from jax import numpy as jnp
from scipy import special, stats

OVER_A_VOCABULARY = {"softmax", "log_softmax", "logsumexp", "softmax_cross_entropy"}
SIZES = {"small": (32, 10), "medium": (4096, 1000), "large": (512, 128_256)}


@dataclass(frozen=True)
class Case:
    """A function of lossfns, and the same of others on tensors, JAX arrays or NumPy arrays."""

    name: str
    arguments: Callable[..., list[np.ndarray]]  # of a generator, a shape and a dtype
    torch: Callable[..., Any]
    optax: Callable[..., Any] | None = None
    scipy: Callable[..., Any] | None = None
    scipy_grad: Callable[..., Any] | None = None
    knobs: dict[str, Any] = field(default_factory=dict)
    gradient: bool = True

    @property
    def large(self) -> tuple[str, ...]:
        """The dtypes in which it is measured at the large size too."""
        if self.arguments is indexed:
            return ("float32", "float64")
        return ("float32",) if self.name in OVER_A_VOCABULARY else ()


def floats(rng, shape, dtype):
    return rng.standard_normal(shape, dtype=dtype)


def one(rng, shape, dtype):
    return [3 * floats(rng, shape, dtype)]


def two(rng, shape, dtype):
    return [floats(rng, shape, dtype), floats(rng, shape, dtype)]


def three(rng, shape, dtype):
    return [*two(rng, shape, dtype), floats(rng, shape, dtype)]


def four(rng, shape, dtype):
    return [*two(rng, shape, dtype), *two(rng, shape, dtype)]


def binary(rng, shape, dtype):
    return [3 * floats(rng, shape, dtype), rng.integers(0, 2, shape).astype(dtype)]


def signed(rng, shape, dtype):
    return [floats(rng, shape, dtype), (2 * rng.integers(0, 2, shape) - 1).astype(dtype)]


def counts(rng, shape, dtype):
    return [floats(rng, shape, dtype), rng.poisson(3, shape).astype(dtype)]


def distribution(rng, shape, dtype):
    p = np.exp(floats(rng, shape, dtype))
    p /= p.sum(axis=-1, keepdims=True)
    return p


def distributions(rng, shape, dtype):
    return [distribution(rng, shape, dtype), distribution(rng, shape, dtype)]


def soft(rng, shape, dtype):
    return [floats(rng, shape, dtype), distribution(rng, shape, dtype)]


def indexed(rng, shape, dtype):
    return [floats(rng, shape, dtype), rng.integers(0, shape[-1], shape[:-1])]


def probabilities(rng, shape, dtype):
    return [1 - rng.random(shape, dtype=dtype)]


def masks(rng, shape, dtype):
    return [rng.random(shape, dtype=dtype), rng.integers(0, 2, shape).astype(dtype)]


def features(rng, shape, dtype):
    rows = {32: (32, 10), 4096: (1024, 512), 512: (4096, 512)}[shape[0]]
    return two(rng, rows, dtype)


def words(rng, shape, dtype):
    width, drawn = {32: (100, 5), 4096: (300, 20), 512: (300, 100_000)}[shape[0]]
    return [
        floats(rng, width, dtype) / 8,
        floats(rng, width, dtype),
        floats(rng, (drawn, width), dtype),
    ]


def speech(rng, shape, dtype):
    frames, classes, length = {32: (50, 20, 10), 4096: (500, 100, 50), 512: (1000, 1000, 200)}[
        shape[0]
    ]
    return [floats(rng, (frames, classes), dtype), rng.integers(1, classes, length)]


def t_squeezed(z, y):
    return (torch.softmax(z, -1) - y).square().sum(-1)


def t_focal(z, y, gamma=2.0):
    loss = F.binary_cross_entropy_with_logits(z, y, reduction="none")
    p = torch.sigmoid(z)
    missing = 1 - (p * y + (1 - p) * (1 - y))
    return missing**gamma * loss


def t_pinball(p, t, quantile=0.9):
    return torch.maximum(quantile * (t - p), (quantile - 1) * (t - p))


def t_kl(p, q):
    return F.kl_div(q.log(), p, reduction="none").sum(-1)


def t_js(p, q):
    middle = (0.5 * (p + q)).log()
    both = F.kl_div(middle, p, reduction="none") + F.kl_div(middle, q, reduction="none")
    return 0.5 * both.sum(-1)


def t_distillation(s, t, temperature=4.0):
    p, q = torch.log_softmax(t / temperature, -1), torch.log_softmax(s / temperature, -1)
    return temperature**2 * F.kl_div(q, p, reduction="none", log_target=True).sum(-1)


def t_dpo(a, b, c, d, beta=0.1):
    return -F.logsigmoid(beta * ((a - c) - (b - d)))


def t_velocity(v, x, e):
    return (v - (0.6 * e - 0.8 * x)).square()


def t_dice(p, y):
    p, y = p[:, None], y[:, None]
    return 1 - 2 * (p * y).sum((-2, -1)) / (p.sum((-2, -1)) + y.sum((-2, -1)))


def t_tversky(p, y, alpha, beta):
    p, y = p[:, None], y[:, None]
    hits = (p * y).sum((-2, -1))
    wrong = alpha * (p * (1 - y)).sum((-2, -1)) + beta * ((1 - p) * y).sum((-2, -1))
    return wrong / (hits + wrong)


def t_clip(a, b):
    logits = 10 * F.normalize(a) @ F.normalize(b).T
    pairs = torch.arange(len(logits))
    return (F.cross_entropy(logits, pairs) + F.cross_entropy(logits.T, pairs)) / 2


def t_siglip(a, b):
    logits = 10 * F.normalize(a) @ F.normalize(b).T - 10
    return -F.logsigmoid((2 * torch.eye(len(a), dtype=a.dtype) - 1) * logits).sum() / len(a)


def t_sampling(center, context, negatives):
    return -F.logsigmoid(context @ center) - F.logsigmoid(-(negatives @ center)).sum()


def t_ctc(z, y):
    logs = torch.log_softmax(z, -1)[:, None]
    return F.ctc_loss(logs, y[None], (len(z),), (len(y),), reduction="sum")


def o_ctc(z, y):
    clear = jnp.zeros
    return optax.ctc_loss(z[None], clear((1, len(z))), y[None], clear((1, len(y))))[0]


def scipy_index(z, y):
    return -np.take_along_axis(special.log_softmax(z, axis=-1), y[:, None], axis=-1)[:, 0]


def scipy_index_grad(z, y):
    slopes = np.exp(special.log_softmax(z, axis=-1))
    slopes[np.arange(len(y)), y] -= 1
    return slopes


def velocity_arguments(rng, shape, dtype):
    return [*three(rng, shape, dtype), 0.36]


CASES = [
    Case("sigmoid", one, torch.sigmoid, jnn.sigmoid, special.expit, gradient=False),
    Case("softplus", one, F.softplus, jnn.softplus, lambda z: np.logaddexp(0, z), gradient=False),
    Case("log_sigmoid", one, F.logsigmoid, jnn.log_sigmoid, special.log_expit, gradient=False),
    Case(
        "softmax",
        one,
        lambda z: z.softmax(-1),
        jnn.softmax,
        lambda z: special.softmax(z, axis=-1),
        gradient=False,
    ),
    Case(
        "log_softmax",
        one,
        lambda z: z.log_softmax(-1),
        jnn.log_softmax,
        lambda z: special.log_softmax(z, axis=-1),
        gradient=False,
    ),
    Case(
        "logsumexp",
        one,
        lambda z: z.logsumexp(-1),
        lambda z: jnn.logsumexp(z, -1),
        lambda z: special.logsumexp(z, axis=-1),
        gradient=False,
    ),
    Case(
        "surprisal",
        probabilities,
        lambda p: -p.log(),
        lambda p: -jnp.log(p),
        lambda p: -np.log(p),
        gradient=False,
    ),
    Case("perplexity", probabilities, torch.exp, jnp.exp, np.exp, gradient=False),
    Case(
        "entropy",
        lambda *a: [distribution(*a)],
        lambda p: torch.special.entr(p).sum(-1),
        lambda p: -(p * jnp.log(p)).sum(-1),
        lambda p: stats.entropy(p, axis=-1),
        gradient=False,
    ),
    Case(
        "cross_entropy",
        distributions,
        lambda p, q: -(p * q.log()).sum(-1),
        lambda p, q: -(p * jnp.log(q)).sum(-1),
        lambda p, q: -special.xlogy(p, q).sum(-1),
        gradient=False,
    ),
    Case(
        "kl_divergence",
        distributions,
        t_kl,
        lambda p, q: optax.kl_divergence(jnp.log(q), p),
        lambda p, q: stats.entropy(p, q, axis=-1),
        gradient=False,
    ),
    Case(
        "js_divergence",
        distributions,
        t_js,
        scipy=lambda p, q: (
            (special.rel_entr(p, (p + q) / 2) + special.rel_entr(q, (p + q) / 2)).sum(-1) / 2
        ),
        gradient=False,
    ),
    Case(
        "smooth_labels",
        lambda *a: [distribution(*a), 0.1],
        lambda y, s: (1 - s) * y + s / y.shape[-1],
        optax.smooth_labels,
        gradient=False,
    ),
    Case(
        "squared_error", two, lambda p, t: F.mse_loss(p, t, reduction="none"), optax.squared_error
    ),
    Case(
        "absolute_error",
        two,
        lambda p, t: F.l1_loss(p, t, reduction="none"),
        lambda p, t: jnp.abs(p - t),
    ),
    Case(
        "huber_loss",
        two,
        lambda p, t: F.huber_loss(p, t, reduction="none"),
        optax.huber_loss,
        lambda p, t: special.huber(1.0, p - t),
    ),
    Case("pinball_loss", two, t_pinball, knobs={"quantile": 0.9}),
    Case(
        "gaussian_nll_loss",
        three,
        lambda m, t, s: F.gaussian_nll_loss(m, t, s.exp(), reduction="none", eps=1e-30),
    ),
    Case("poisson_nll_loss", counts, lambda z, t: F.poisson_nll_loss(z, t, reduction="none")),
    Case(
        "sigmoid_binary_cross_entropy",
        binary,
        lambda z, y: F.binary_cross_entropy_with_logits(z, y, reduction="none"),
        optax.sigmoid_binary_cross_entropy,
    ),
    Case(
        "sigmoid_focal_loss",
        binary,
        t_focal,
        lambda z, y: optax.sigmoid_focal_loss(z, y, gamma=2.0),
    ),
    Case(
        "sigmoid_squared_error",
        binary,
        lambda z, y: (z.sigmoid() - y).square(),
        lambda z, y: (jnn.sigmoid(z) - y) ** 2,
    ),
    Case("hinge_loss", signed, lambda s, y: (1 - y * s).clamp(min=0), optax.hinge_loss),
    Case("pair_loss", two, lambda a, b: -F.logsigmoid(a - b), lambda a, b: -jnn.log_sigmoid(a - b)),
    Case("dpo_loss", four, t_dpo),
    Case(
        "softmax_cross_entropy",
        soft,
        lambda z, y: F.cross_entropy(z, y, reduction="none"),
        optax.softmax_cross_entropy,
        lambda z, y: -(y * special.log_softmax(z, axis=-1)).sum(-1),
    ),
    Case(
        "softmax_cross_entropy_with_integer_labels",
        indexed,
        lambda z, y: F.cross_entropy(z, y, reduction="none"),
        optax.softmax_cross_entropy_with_integer_labels,
        scipy_index,
        scipy_index_grad,
    ),
    Case(
        "softmax_squared_error", soft, t_squeezed, lambda z, y: ((jnn.softmax(z) - y) ** 2).sum(-1)
    ),
    Case(
        "distillation_loss",
        lambda *a: [3 * each for each in two(*a)],
        t_distillation,
        knobs={"temperature": 4.0},
    ),
    Case("velocity_loss", velocity_arguments, lambda v, x, e, _: t_velocity(v, x, e)),
    Case(
        "triplet_loss",
        three,
        lambda a, p, n: F.triplet_margin_loss(a, p, n, reduction="none", eps=0),
        lambda a, p, n: optax.losses.triplet_margin_loss(a, p, n, eps=0.0),
    ),
    Case("dice_loss", masks, t_dice, knobs={"axis": -1}),
    Case("jaccard_loss", masks, lambda p, y: t_tversky(p, y, 1.0, 1.0), knobs={"axis": -1}),
    Case(
        "tversky_loss",
        masks,
        lambda p, y: t_tversky(p, y, 0.3, 0.7),
        knobs={"axis": -1, "alpha": 0.3, "beta": 0.7},
    ),
    Case("clip_loss", features, t_clip, knobs={"log_scale": float(np.log(10))}),
    Case(
        "siglip_loss",
        features,
        t_siglip,
        knobs={"log_scale": float(np.log(10)), "bias": -10.0},
    ),
    Case("negative_sampling_loss", words, t_sampling),
    Case("ctc_loss", speech, t_ctc, o_ctc),
]
