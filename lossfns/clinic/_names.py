"""What the name of a column says: a loss or an accuracy, of training or of validation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

WORDS = re.compile(r"[a-z]+|[0-9]+")
CAMEL = re.compile(r"([a-z])([A-Z])")

HELD_OUT = {
    "val", "valid", "validation", "eval", "evaluation", "test", "testing", "dev", "holdout",
}  # fmt: skip
TRAINING = {"train", "training"}
# Names of a loss that are not the word itself; they count where no column is called a loss.
LOSSES = {
    "nll", "xent", "bce", "ce", "crossentropy", "mse", "cost", "objective", "criterion", "logloss",
    "kl", "bpc", "bpb", "mlogloss", "rmse", "mae",
}  # fmt: skip
# Beside "loss" they make another thing of it.
NOT_A_LOSS = {
    "scale", "scaler", "scaling", "weight", "weights", "std", "stddev", "var", "min", "max", "time",
    "count", "ratio", "delta", "best", "patience", "threshold", "coef", "coefficient", "lambda",
    "change", "improvement", "improved", "improve", "decreased", "increased",
}  # fmt: skip
# Two networks against each other, a reward, a density: these need not fall, or may be negative.
FREE = {
    "d", "g", "gen", "disc", "dis", "generator", "discriminator", "adv", "adversarial", "critic",
    "actor", "policy", "value", "entropy", "vf", "pg", "q", "elbo", "gan", "wgan", "reward", "nll",
    "likelihood", "gaussian", "density", "flow", "similarity", "cosine",
}  # fmt: skip
STEP = {
    "step", "steps", "iter", "iters", "iteration", "iterations", "it", "itr", "updates",
    "timesteps",
}  # fmt: skip
STEP_WITH = STEP | {"global", "num", "update", "trainer", "train", "training", "total"}
EPOCH = {"epoch", "epochs", "ep"}
EPOCH_WITH = EPOCH | {"trainer", "train", "training", "current"}
FILLING = {"average", "avg", "mean", "total", "epoch", "step", "running", "lm"}
# Of the parts that make a loss free, those that make their sum free as well.
RIVALS = {
    "gen", "disc", "generator", "discriminator", "adv", "adversarial", "critic", "actor", "policy",
    "vf", "pg", "gan", "wgan",
}  # fmt: skip
REWARDS = {"rew", "reward", "return"}
LEVELS = {"info", "debug", "warning", "error"}
# What is longer is no name.
LONGEST_NAME = 1000


@dataclass(frozen=True)
class Meaning:
    """What a column holds.

    Attributes
    ----------
    kind : {"loss", "also-loss", "accuracy", "rate", "norm", "perplexity", "step", "epoch"}
        "also-loss" is a loss by another name, which counts where no column is called one.
    held_out : bool
        Whether it was measured on data that training does not see.
    free : bool
        Whether it is a loss that need not fall, as those of two networks against each other.
    run : str
        The run it belongs to, where a table holds several.
    """

    kind: str
    held_out: bool = False
    free: bool = False
    run: str = ""


def _kind(words: list[str]) -> str | None:
    """The kind that a name's words make, if it is one that the clinic reads."""
    known = set(words)
    if known <= STEP_WITH and known & STEP:
        return "step"
    if known <= EPOCH_WITH and known & EPOCH:
        return "epoch"
    if "5" in known and known & {"acc", "top", "accuracy"}:
        return None
    if "lr" in known or {"learning", "rate"} <= known:
        return "rate"
    if known & {"gradnorm", "gnorm"} or ("norm" in known and known & {"grad", "gradient"}):
        return "norm"
    if known & {"perplexity", "ppl"}:
        return "perplexity"
    if known & {"acc", "accuracy"} or words[-2:] == ["top", "1"]:
        return "accuracy"
    if any(word.endswith("loss") or word == "losses" for word in words):
        return None if known & NOT_A_LOSS else "loss"
    if known & LOSSES or {"cross", "entropy"} <= known:
        return None if known & NOT_A_LOSS else "also-loss"
    return None


def meaning(name: str) -> Meaning | None:
    """Return what a column of this name holds, or None if it is nothing that the clinic reads.

    Examples
    --------
    >>> meaning("val_loss")
    Meaning(kind='loss', held_out=True, free=False, run='')
    >>> meaning("run-7 - train/accuracy").run
    'run-7'
    >>> meaning("loss scale") is None
    True
    """
    return _meaning(name) if len(name) <= LONGEST_NAME else None


@lru_cache(maxsize=65536)
def _meaning(name: str) -> Meaning | None:
    if name.endswith(("__MIN", "__MAX")):  # Weights & Biases' bounds of a curve
        return None
    run, dash, rest = name.rpartition(" - ")
    words = WORDS.findall(CAMEL.sub(r"\1 \2", rest if dash else name).lower())
    if words[-1:] == ["value"]:  # a loss's value, and not a value's loss
        words.pop()
    if not words:
        return None
    kind = _kind(words)
    if kind is None:
        return None
    known = set(words)
    cross = {"cross", "entropy"} <= known
    free = kind in ("loss", "also-loss") and bool(known & FREE) and not cross
    return Meaning(kind, bool(known & HELD_OUT), free, run)


@lru_cache(maxsize=65536)
def stem(name: str) -> str:
    """Return what is left of a name without the words for whose data it is, and the run.

    Examples
    --------
    >>> stem("train/box_loss") == stem("val/box_loss")
    True
    >>> stem("Test Average loss")
    'loss'
    """
    words = WORDS.findall(CAMEL.sub(r"\1 \2", name.rpartition(" - ")[2]).lower())
    return " ".join(word for word in words if word not in HELD_OUT | TRAINING | FILLING)


def of_rivals(name: str) -> bool:
    """Say whether a loss belongs to one of two that pull against each other.

    Examples
    --------
    >>> of_rivals("train/policy_gradient_loss"), of_rivals("nll_loss")
    (True, False)
    """
    return not RIVALS.isdisjoint(stem(name).split())


def is_reward(name: str) -> bool:
    """Say whether a column is what a policy earns, whose loss need not fall.

    Examples
    --------
    >>> is_reward("rollout/ep_rew_mean"), is_reward("rewards/chosen")
    (True, False)
    """
    return not REWARDS.isdisjoint(stem(name).split())


@lru_cache(maxsize=65536)
def spoken_name(words: str) -> str | None:
    """Return the part of some words before a number that is a column's name, if there is one.

    Examples
    --------
    >>> spoken_name("INFO step")
    'step'
    >>> spoken_name("Average loss")
    'Average loss'
    """
    parts = words.split()
    while parts and (parts[0].lower() in LEVELS or meaning(" ".join(parts)) is None):
        parts = parts[1:]
    return " ".join(parts) or None
