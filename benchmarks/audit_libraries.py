"""Audit the losses that libraries ship, and write what each was found to be to AUDITED.md.

    python benchmarks/audit_libraries.py

Libraries that are not installed are left out. Keras reads its back end at import, and JAX keeps
its threads, so each group runs in a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("AUDITED.md")
Job = tuple[str, Callable[..., Any], str]

CROSS_ENTROPY, BINARY = "softmax_cross_entropy", "sigmoid_binary_cross_entropy"
FOCAL, KL, HUBER = "sigmoid_focal_loss", "kl_divergence", "huber_loss"


def torch_losses() -> Iterator[Job]:
    """PyTorch."""
    import torch.nn.functional as F

    yield "F.cross_entropy", F.cross_entropy, CROSS_ENTROPY
    smoothing = partial(F.cross_entropy, label_smoothing=0.1)
    yield "F.cross_entropy(…, label_smoothing=0.1)", smoothing, "label_smoothing"
    yield "F.cross_entropy(…, weight)", F.cross_entropy, "weighted_cross_entropy"
    yield "F.cross_entropy(…, ignore_index=-100)", F.cross_entropy, "masked_cross_entropy"
    soft = lambda logits, one_hot: F.cross_entropy(logits, one_hot)  # noqa: E731
    yield "F.cross_entropy with probabilities as labels", _soft_only(soft), CROSS_ENTROPY
    yield "F.nll_loss", F.nll_loss, CROSS_ENTROPY
    yield "F.binary_cross_entropy_with_logits", F.binary_cross_entropy_with_logits, BINARY
    yield "F.binary_cross_entropy", F.binary_cross_entropy, BINARY
    yield "F.soft_margin_loss", F.soft_margin_loss, BINARY
    yield "F.kl_div", F.kl_div, KL
    yield 'F.kl_div(…, reduction="batchmean")', partial(F.kl_div, reduction="batchmean"), KL
    log_target = partial(F.kl_div, reduction="batchmean", log_target=True)
    yield 'F.kl_div(…, reduction="batchmean", log_target=True)', log_target, KL
    yield "F.mse_loss", F.mse_loss, "squared_error"
    yield "F.l1_loss", F.l1_loss, "absolute_error"
    yield "F.huber_loss(…, delta=2)", partial(F.huber_loss, delta=2.0), HUBER
    yield "F.smooth_l1_loss(…, beta=2)", partial(F.smooth_l1_loss, beta=2.0), HUBER
    yield "F.gaussian_nll_loss", F.gaussian_nll_loss, "gaussian_nll_loss"
    yield "F.poisson_nll_loss", F.poisson_nll_loss, "poisson_nll_loss"
    rates = partial(F.poisson_nll_loss, log_input=False)
    yield "F.poisson_nll_loss(…, log_input=False)", rates, "poisson_nll_loss"
    yield "F.triplet_margin_loss", F.triplet_margin_loss, "triplet_loss"


def _soft_only(loss: Callable[..., Any]) -> Callable[..., Any]:
    """Let a loss that takes both kinds of labels be audited with distributions."""

    def with_distributions(logits: Any, one_hot: Any) -> Any:
        if one_hot.ndim < logits.ndim:
            raise TypeError("distributions, please")
        return loss(logits, one_hot)

    return with_distributions


def torchvision_losses() -> Iterator[Job]:
    """torchvision."""
    from torchvision.ops import sigmoid_focal_loss

    yield "ops.sigmoid_focal_loss", sigmoid_focal_loss, FOCAL


def timm_losses() -> Iterator[Job]:
    """timm."""
    from timm.loss import BinaryCrossEntropy, LabelSmoothingCrossEntropy, SoftTargetCrossEntropy

    yield "LabelSmoothingCrossEntropy(0.1)", LabelSmoothingCrossEntropy(0.1), "label_smoothing"
    yield "SoftTargetCrossEntropy()", SoftTargetCrossEntropy(), CROSS_ENTROPY
    yield "BinaryCrossEntropy(smoothing=0)", BinaryCrossEntropy(smoothing=0.0), BINARY


def kornia_losses() -> Iterator[Job]:
    """Kornia."""
    from kornia import losses

    focal = partial(losses.binary_focal_loss_with_logits, alpha=0.25, reduction="none")
    yield "binary_focal_loss_with_logits(…, alpha=0.25)", focal, FOCAL
    of_k = partial(losses.focal_loss, alpha=None, gamma=2.0, reduction="mean")
    yield 'focal_loss(…, alpha=None, reduction="mean")', of_k, "softmax_focal_loss"
    for name, like in (("kl_div_loss_2d", KL), ("js_div_loss_2d", "js_divergence")):
        loss = getattr(losses, name)
        flat = lambda pred, target, loss=loss: loss(pred[:, None, None], target[:, None, None])  # noqa: E731
        yield name, flat, like


def smp_losses() -> Iterator[Job]:
    """Segmentation Models."""
    from segmentation_models_pytorch import losses

    yield 'DiceLoss("binary")', losses.DiceLoss("binary"), "dice_loss"
    yield 'JaccardLoss("binary")', losses.JaccardLoss("binary"), "jaccard_loss"
    tversky = losses.TverskyLoss("binary", alpha=0.3, beta=0.7)
    yield 'TverskyLoss("binary", alpha=0.3, beta=0.7)', tversky, "tversky_loss"
    yield 'FocalLoss("binary", alpha=0.25)', losses.FocalLoss("binary", alpha=0.25), FOCAL
    yield "SoftBCEWithLogitsLoss()", losses.SoftBCEWithLogitsLoss(), BINARY
    smooth = losses.SoftCrossEntropyLoss(smooth_factor=0.1)
    yield "SoftCrossEntropyLoss(smooth_factor=0.1)", smooth, "label_smoothing"


def metric_learning_losses() -> Iterator[Job]:
    """PyTorch Metric Learning."""
    import torch
    from pytorch_metric_learning import distances, losses, reducers

    measure = distances.LpDistance(normalize_embeddings=False)
    triplet = losses.TripletMarginLoss(margin=0.2, distance=measure, reducer=reducers.MeanReducer())

    def triplets(anchor: Any, positive: Any, negative: Any) -> Any:
        n = len(anchor)
        rows = torch.arange(n)
        labels = torch.cat([rows, rows, rows + n])
        indices = (rows, rows + n, rows + 2 * n)
        return triplet(torch.cat([anchor, positive, negative]), labels, indices)

    yield "TripletMarginLoss(0.2, LpDistance, MeanReducer)", triplets, "triplet_loss"
    pairs = losses.SelfSupervisedLoss(losses.NTXentLoss(temperature=0.1))
    yield "SelfSupervisedLoss(NTXentLoss(0.1))", lambda image, text: pairs(image, text), "clip_loss"


def monai_losses() -> Iterator[Job]:
    """MONAI."""
    from monai import losses

    yield "DiceLoss(sigmoid=True)", losses.DiceLoss(sigmoid=True), "dice_loss"
    yield "DiceLoss(jaccard=True)", losses.DiceLoss(jaccard=True), "jaccard_loss"
    tversky = losses.TverskyLoss(sigmoid=True, alpha=0.3, beta=0.7)
    yield "TverskyLoss(sigmoid=True, alpha=0.3, beta=0.7)", tversky, "tversky_loss"
    yield "FocalLoss(alpha=0.25)", losses.FocalLoss(alpha=0.25), FOCAL


def keras_losses() -> Iterator[Job]:
    """Keras."""
    from keras import losses

    yield "CategoricalCrossentropy()", losses.CategoricalCrossentropy(), CROSS_ENTROPY
    logits = losses.CategoricalCrossentropy(from_logits=True)
    yield "CategoricalCrossentropy(from_logits=True)", logits, CROSS_ENTROPY
    sparse = losses.SparseCategoricalCrossentropy
    yield "SparseCategoricalCrossentropy()", sparse(), CROSS_ENTROPY
    yield "SparseCategoricalCrossentropy(from_logits=True)", sparse(from_logits=True), CROSS_ENTROPY
    yield "BinaryCrossentropy()", losses.BinaryCrossentropy(), BINARY
    yield (
        "BinaryCrossentropy(from_logits=True)",
        losses.BinaryCrossentropy(from_logits=True),
        BINARY,
    )
    focal = losses.BinaryFocalCrossentropy(apply_class_balancing=True, from_logits=True)
    yield "BinaryFocalCrossentropy(from_logits=True, …)", focal, FOCAL
    yield "KLDivergence()", losses.KLDivergence(), KL
    yield "MeanSquaredError()", losses.MeanSquaredError(), "squared_error"
    yield "MeanAbsoluteError()", losses.MeanAbsoluteError(), "absolute_error"
    yield "Huber(delta=2)", losses.Huber(delta=2.0), HUBER
    yield "Hinge()", losses.Hinge(), "hinge_loss"
    yield "Poisson()", losses.Poisson(), "poisson_nll_loss"
    yield "Dice()", losses.Dice(), "dice_loss"
    yield "Tversky()", losses.Tversky(), "tversky_loss"


def optax_losses() -> Iterator[Job]:
    """Optax."""
    import optax

    yield "softmax_cross_entropy", optax.softmax_cross_entropy, CROSS_ENTROPY
    yield "safe_softmax_cross_entropy", optax.safe_softmax_cross_entropy, CROSS_ENTROPY
    integer = optax.softmax_cross_entropy_with_integer_labels
    yield "softmax_cross_entropy_with_integer_labels", integer, CROSS_ENTROPY
    yield "sigmoid_binary_cross_entropy", optax.sigmoid_binary_cross_entropy, BINARY
    yield "sigmoid_focal_loss(…, alpha=0.25)", partial(optax.sigmoid_focal_loss, alpha=0.25), FOCAL
    yield "kl_divergence", optax.kl_divergence, KL
    yield "squared_error", optax.squared_error, "squared_error"
    yield "l2_loss", optax.l2_loss, "squared_error"
    yield "huber_loss(…, delta=2)", partial(optax.huber_loss, delta=2.0), HUBER
    yield "hinge_loss", optax.hinge_loss, "hinge_loss"


# What to run, the distribution whose version counts, and Keras' back end.
GROUPS: dict[str, tuple[Callable[[], Iterator[Job]], str, str]] = {
    "PyTorch": (torch_losses, "torch", "torch"),
    "torchvision": (torchvision_losses, "torchvision", "torch"),
    "timm": (timm_losses, "timm", "torch"),
    "Kornia": (kornia_losses, "kornia", "torch"),
    "Segmentation Models": (smp_losses, "segmentation-models-pytorch", "torch"),
    "PyTorch Metric Learning": (metric_learning_losses, "pytorch-metric-learning", "torch"),
    "MONAI": (monai_losses, "monai", "torch"),
    "Keras on PyTorch": (keras_losses, "keras", "torch"),
    "Keras on JAX": (keras_losses, "keras", "jax"),
    "Optax": (optax_losses, "optax", "jax"),
}


def row(name: str, loss: Callable[..., Any], like: str) -> list[str]:
    """Audit one loss, and return its row."""
    from lossfns.clinic import audit

    found = audit(loss, like=like)
    told = dict(found.details)
    where = ""
    if "Yours" in told:
        right = told.get("Right") or told["Right slope"]
        where = f"{told['Input']}: {told['Yours']}, right is {right}"
    if found.outcome == "cannot call":
        where = next((text for label, text in found.details if label.startswith("With ")), "")
    what = found.mistake or ""
    takes = f"{found.takes} → {found.returns}" if found.takes else ""
    print(f"{name}: {found.outcome} {what}", file=sys.stderr)
    return [
        f"`{name}`",
        f"`{like}`",
        f"**{found.outcome}** {what}",
        where,
        takes,
        ", ".join(found.limits),
    ]


def rows_of(group: str) -> list[list[str]]:
    """Audit a group in a process of its own; none if it is not installed."""
    environment = {**os.environ, "KERAS_BACKEND": GROUPS[group][2], "JAX_PLATFORMS": "cpu"}
    command = [sys.executable, __file__, group]
    result = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    found: list[list[str]] = json.loads(result.stdout)
    return found


HEAD = """\
# What the losses of libraries were found to be

Written by `benchmarks/audit_libraries.py` on {today}. Each was audited by `lossfns.clinic.audit` in
the floats that its framework usually computes in, without further arguments unless some are named.
*Unstable* means right on ordinary inputs and not at an extreme, of which the smallest is shown. The
last column holds what fails only at the very limits, which does not count.
"""
BY_HAND = """\
## Looked into by hand

Each loss above that does not agree was called again, outside the audit, on the input shown (Keras'
on both back ends), and gave the number shown.

- **0 × log 0.** A class or outcome of probability 0 whose logit is −∞ meets a product 0 × ∞: labels
  that are distributions, in PyTorch, timm, Keras and Optax, and the KL divergences. Optax has
  `safe_softmax_cross_entropy` for it, and class indices have no product.
- **A cap.** Keras clips probabilities at 1e−7, `BinaryFocalCrossentropy` even when it is given
  logits; the small numbers in `F.gaussian_nll_loss` (1e−6), `F.poisson_nll_loss` (1e−8) and
  Keras' `Poisson` (1e−7) cap a loss too.
- **`F.kl_div`** divides by all entries by default, and warns of it; **`F.smooth_l1_loss`** and
  **`optax.l2_loss`** are other losses by intent, and their documents say so.
- **Kornia's `focal_loss`** takes its mean over all N × K entries, of which only the true class's is
  not 0: value and slope are K times too small.
- **`F.soft_margin_loss`** computes log(1 + e^s) as it stands, which overflows at s = 89.
- **Nothing to average.** `F.cross_entropy` is 0/0 on a batch in which every label is ignored.
- **Keras' `Dice` and `Tversky`** take the batch as one mask: an empty one, found empty, is 1.
- **NT-Xent** counts the pairs of the same side as negatives too: a loss of its own, and
  exactly the cross-entropy over all other views.
"""
COLUMNS = ("Loss", "Meant as", "Found", "Where", "Takes → returns", "At its limits")


def main() -> None:
    """Write the table, or, given a group, print its rows."""
    if len(sys.argv) > 1:
        warnings.simplefilter("ignore")
        jobs, _, _ = GROUPS[sys.argv[1]]
        try:
            found = [row(*job) for job in jobs()]
        except ImportError as error:
            print(f"left out: {error}", file=sys.stderr)
            found = []
        print(json.dumps(found))
        return
    parts = [HEAD.format(today=date.today().isoformat())]
    for group, (_, distribution, _) in GROUPS.items():
        if rows := rows_of(group):
            cells = [COLUMNS, ["---"] * len(COLUMNS), *rows]
            lines = "\n".join(f"| {' | '.join(one)} |" for one in cells)
            parts.append(f"## {group} {version(distribution)}\n\n{lines}\n")
    parts.append(BY_HAND)
    TABLE.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
