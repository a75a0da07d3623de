"""Every loss with its gradient, and random arguments for it, so that one property serves all."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

import lossfns


@dataclass(frozen=True)
class Loss:
    name: str
    kind: str
    knobs: dict[str, Any] = field(default_factory=dict)

    def __str__(self):
        return "-".join([self.name, *map(str, self.knobs.values())])

    def value(self, first, second, **more):
        return getattr(lossfns, self.name)(first, second, **self.knobs, **more)

    def grad(self, first, second, **more):
        return getattr(lossfns, f"{self.name}_grad")(first, second, **self.knobs, **more)

    @property
    def categorical(self):
        return self.kind in ("soft", "indexed")

    def arguments(self, seed, shape=(4, 5), dtype=np.float64):
        """Logits or predictions of this shape, and what they are compared with."""
        rng = np.random.default_rng(seed)
        first = (3 * rng.standard_normal(shape)).astype(dtype)
        second = {
            "number": lambda: rng.standard_normal(shape).astype(dtype),
            "pair": lambda: rng.standard_normal(shape).astype(dtype),
            "binary": lambda: rng.integers(0, 2, shape),
            "signed": lambda: 2 * rng.integers(0, 2, shape) - 1,
            "soft": lambda: rng.dirichlet(np.ones(shape[-1]), shape[:-1]).astype(dtype),
            "indexed": lambda: rng.integers(0, shape[-1], shape[:-1]),
        }[self.kind]()
        return first, second


LOSSES = [
    Loss("squared_error", "number"),
    Loss("absolute_error", "number"),
    Loss("huber_loss", "number", {"delta": 1.5}),
    Loss("pinball_loss", "number", {"quantile": 0.9}),
    Loss("pair_loss", "pair"),
    Loss("sigmoid_binary_cross_entropy", "binary"),
    Loss("sigmoid_squared_error", "binary"),
    Loss("sigmoid_focal_loss", "binary", {"alpha": 0.25, "gamma": 2.0}),
    Loss("sigmoid_focal_loss", "binary", {"alpha": None, "gamma": 0.5}),
    Loss("hinge_loss", "signed"),
    Loss("softmax_cross_entropy", "soft"),
    Loss("softmax_squared_error", "soft"),
    Loss("softmax_cross_entropy_with_integer_labels", "indexed"),
    Loss("softmax_focal_loss", "indexed", {"gamma": 2.0}),
    Loss("softmax_focal_loss", "indexed", {"gamma": 0.5}),
]
CATEGORICAL = [loss for loss in LOSSES if loss.categorical]
ELEMENTWISE = [loss for loss in LOSSES if not loss.categorical]

# Losses of a whole batch, sequence or pair of models: arguments that their own tests understand.
WHOLE = {
    "clip_loss": lambda rng: (
        (rng.normal(size=(4, 3)), rng.normal(size=(4, 3))),
        {"log_scale": 1.2},
    ),
    "ctc_loss": lambda rng: ((rng.normal(size=(5, 4)), [1, 3, 3]), {"blank": 0}),
    "cumulative_logit_loss": lambda rng: (
        (rng.normal(size=(4, 5)), rng.integers(0, 4, (4, 5)), np.array([-1.0, 0.3, 1.2])),
        {},
    ),
    "dice_loss": lambda rng: (
        (rng.random((2, 3, 4)), rng.integers(0, 2, (2, 3, 4))),
        {"smoothing": 1.0},
    ),
    "distillation_loss": lambda rng: (
        (rng.normal(size=(3, 4)), rng.normal(size=(3, 4))),
        {"temperature": 2.5},
    ),
    "dpo_loss": lambda rng: (tuple(rng.normal(size=(4, 5))), {"beta": 0.5}),
    "gaussian_nll_loss": lambda rng: (tuple(rng.normal(size=(3, 4, 5))), {}),
    "jaccard_loss": lambda rng: ((rng.random((2, 3, 4)), rng.integers(0, 2, (2, 3, 4))), {}),
    "linear_cross_entropy_with_integer_labels": lambda rng: (
        (rng.normal(size=(4, 3)), rng.normal(size=(3, 7)), rng.integers(0, 7, 4)),
        {},
    ),
    "masked_mean": lambda rng: ((rng.normal(size=(2, 3)), np.eye(2, 3, dtype=bool)), {}),
    "negative_sampling_loss": lambda rng: (
        (rng.normal(size=3), rng.normal(size=3), rng.normal(size=(5, 3))),
        {},
    ),
    "plackett_luce_loss": lambda rng: (
        (rng.normal(size=(4, 5)), rng.permuted(np.tile(np.arange(5), (4, 1)), axis=1)),
        {},
    ),
    "poisson_nll_loss": lambda rng: ((rng.normal(size=(4, 5)), rng.poisson(2, (4, 5))), {}),
    "siglip_loss": lambda rng: (
        (rng.normal(size=(4, 3)), rng.normal(size=(4, 3))),
        {"log_scale": 1.2, "bias": -0.5},
    ),
    "triplet_loss": lambda rng: (tuple(rng.normal(size=(3, 4, 5))), {"margin": 2.0}),
    "tversky_loss": lambda rng: (
        (rng.random((2, 3, 4)), rng.integers(0, 2, (2, 3, 4))),
        {"alpha": 0.3, "beta": 0.7},
    ),
    "velocity_loss": lambda rng: (
        (rng.normal(size=(2, 3)), rng.normal(size=(2, 3)), rng.normal(size=(2, 3)), 0.3),
        {},
    ),
}
