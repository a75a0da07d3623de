"""An audit names what is wrong with a loss, agrees with what is right, and claims no more."""

import html
import inspect
import json
import re
import subprocess
import sys
from functools import cache, partial

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import lossfns
from lossfns.clinic import assert_loss, audit
from lossfns.clinic.mistakes import TITLES
from lossfns.clinic.roles import ROLES
from lossfns.command import main
from sitebuild.paths import ROOT
from tests.clinic.known_bugs import BINARY, CROSS_ENTROPY, DIFFERS, UNSTABLE
from tests.clinic.right_losses import RIGHT


def names(cases):
    return [getattr(case[0], "__name__", "partial") for case in cases]


def details(found):
    return dict(found.details)


# Known bugs, and right losses


@pytest.mark.parametrize(("loss", "like", "mistake"), DIFFERS, ids=names(DIFFERS))
def test_known_bug_is_named_as_what_it_is(loss, like, mistake):
    found = audit(loss, like=like)
    assert (found.outcome, found.mistake) == ("differs", mistake)


@pytest.mark.parametrize(("loss", "like", "mistake"), UNSTABLE, ids=names(UNSTABLE))
def test_loss_that_breaks_at_an_extreme_is_unstable_and_shows_where(loss, like, mistake):
    found = audit(loss, like=like)
    assert (found.outcome, found.mistake) == ("unstable", mistake)
    assert {"Input", "Right", "Yours"} <= set(details(found))


@pytest.mark.parametrize(("loss", "like", "takes"), RIGHT, ids=names(RIGHT))
def test_right_loss_agrees_however_oddly_it_is_written(loss, like, takes):
    found = audit(loss, like=like)
    assert found.outcome == "agrees", repr(found)
    assert takes in found.takes


OWN = {
    "softmax_cross_entropy_with_integer_labels": {},
    "softmax_cross_entropy": {},
    "sigmoid_binary_cross_entropy": {},
    "kl_divergence": {},
    "js_divergence": {},
    "gaussian_nll_loss": {},
    "poisson_nll_loss": {},
    "hinge_loss": {},
    "huber_loss": {"delta": 2.0},
    "pinball_loss": {"quantile": 0.9},
    "distillation_loss": {"temperature": 4.0},
    "sigmoid_focal_loss": {"alpha": 0.25},
    "softmax_focal_loss": {"gamma": 3.0},
    "dice_loss": {"smoothing": 1.0},
    "jaccard_loss": {},
    "tversky_loss": {"alpha": 0.3, "beta": 0.7},
    "triplet_loss": {"margin": 0.2},
    "clip_loss": {"log_scale": np.log(10)},
    "siglip_loss": {"log_scale": np.log(10), "bias": -10.0},
    "pair_loss": {},
    "dpo_loss": {"beta": 0.2},
    "negative_sampling_loss": {},
    "ctc_loss": {},
    "velocity_loss": {},
}


@pytest.mark.parametrize("name", OWN)
def test_every_loss_of_this_package_agrees_with_its_own_name_and_has_no_limits(name):
    found = audit(partial(getattr(lossfns, name), **OWN[name]), like=name)
    assert (found.outcome, found.limits) == ("agrees", ()), repr(found)


def impostor(role, mutant):
    """A loss that makes one mistake, with parameters named as people name them."""
    settings = list(role.settings({}))[:2][-1]

    def loss(*case):
        with np.errstate(all="ignore"):
            return mutant.function(*case, **settings)

    kind = inspect.Parameter.POSITIONAL_ONLY
    loss.__signature__ = inspect.Signature(
        [inspect.Parameter(one.words[0], kind) for one in role.inputs]
    )
    return loss


IMPOSTORS = [
    (role, mutant)
    for role in (
        "softmax_cross_entropy",
        "kl_divergence",
        "distillation_loss",
        "weighted_cross_entropy",
    )
    for mutant in ROLES[role].mistakes
]


@pytest.mark.parametrize(
    ("role", "mutant"), IMPOSTORS, ids=[f"{role}-{m.misconception}" for role, m in IMPOSTORS]
)
def test_each_known_mistake_is_told_from_all_others(role, mutant):
    found = audit(impostor(ROLES[role], mutant), like=role)
    assert found.mistake == mutant.misconception, repr(found)


def test_every_loss_of_this_package_can_be_named():
    """List a new loss in `lossfns/clinic/roles.py`."""
    public = {name.removesuffix("_grad") for name in lossfns.__all__ if name.endswith("_grad")}
    attempts = {"sigmoid_squared_error", "softmax_squared_error"}
    ranked = {"cumulative_logit_loss", "plackett_luce_loss"}  # hardly ever written anew
    parts = {"linear_cross_entropy_with_integer_labels", "masked_mean"}  # of other losses
    assert public - set(ROLES) == attempts | ranked | parts


def test_every_mistake_that_can_be_named_has_a_title():
    named = {mutant.misconception for role in ROLES.values() for mutant in role.known()}
    behind = {idea for role in ROLES.values() for e in role.extremes for idea in e.ideas.values()}
    assert named | behind <= set(TITLES)


# Slopes


class Blind(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, labels):
        ctx.save_for_backward(logits, labels)
        return F.cross_entropy(logits, labels)

    @staticmethod
    def backward(ctx, above):
        logits, labels = ctx.saved_tensors
        slope = logits.softmax(1) - F.one_hot(labels, logits.shape[1])
        return slope / len(labels), None


class OverN(Blind):
    @staticmethod
    def forward(ctx, logits, labels):
        ctx.save_for_backward(logits, labels)
        return F.cross_entropy(logits, labels, reduction="sum")

    @staticmethod
    def backward(ctx, above):
        slope, _ = Blind.backward(ctx, above)
        return above * slope, None


class BlindOverN(Blind):
    """One backward for a sum and for single losses, as was shipped."""

    @staticmethod
    def forward(ctx, logits, labels, reduction):
        ctx.save_for_backward(logits, labels)
        return F.cross_entropy(logits, labels, reduction=reduction)

    @staticmethod
    def backward(ctx, above):
        return *Blind.backward(ctx, above), None


def of_doubles(prediction, target):
    weights = torch.eye(target.shape[1], dtype=torch.float64)
    return (prediction @ weights - target).square().mean()


def shifted_in_place(logits, labels):
    logits -= logits.max(dim=1, keepdim=True)[0]
    return F.cross_entropy(logits, labels)


def logarithm_of_probabilities(p, labels):
    return torch.where(labels > 0, -labels * torch.log(p), torch.zeros_like(p)).sum(dim=1)


def logarithm_behind_a_mask(logits, labels):
    p = logits.softmax(dim=1)
    return torch.where(p > 0, -labels * torch.log(p), torch.zeros_like(p)).sum(dim=1)


def rootless(anchor, positive, negative):
    near, far = ((anchor - other).pow(2).sum(1).sqrt() for other in (positive, negative))
    return torch.relu(near - far + 1.0).mean()


TORCH = [
    (F.cross_entropy, CROSS_ENTROPY, "agrees", None),
    (torch.nn.CrossEntropyLoss(reduction="none"), CROSS_ENTROPY, "agrees", None),
    (F.nll_loss, CROSS_ENTROPY, "agrees", None),
    (F.binary_cross_entropy_with_logits, BINARY, "agrees", None),
    (F.triplet_margin_loss, "triplet_loss", "agrees", None),
    (partial(F.cross_entropy, label_smoothing=0.1), "label_smoothing", "agrees", None),
    (lambda z, y: F.cross_entropy(z.softmax(1), y), CROSS_ENTROPY, "differs", "softmax-twice"),
    (lambda z, y: F.cross_entropy(z.detach(), y), CROSS_ENTROPY, "differs", "detached"),
    (lambda z, y: Blind.apply(z, y), CROSS_ENTROPY, "differs", "upstream-ignored"),
    (lambda z, y: OverN.apply(z, y), CROSS_ENTROPY, "differs", "gradient-divided-by-n"),
    (F.kl_div, "kl_divergence", "differs", "mean-over-outcomes"),
    (partial(F.smooth_l1_loss, beta=2.0), "huber_loss", "differs", "huber-over-delta"),
    (logarithm_behind_a_mask, CROSS_ENTROPY, "unstable", "slope-lost"),
    (logarithm_of_probabilities, CROSS_ENTROPY, "unstable", "masked-gradient-nan"),
    (lambda z, y: -z.softmax(1).log()[range(len(y)), y], CROSS_ENTROPY, "unstable", "log-of-zero"),
    (lambda z, y: BlindOverN.apply(z, y, "sum"), CROSS_ENTROPY, "differs", "gradient-divided-by-n"),
    (lambda z, y: BlindOverN.apply(z, y, "none"), CROSS_ENTROPY, "differs", "upstream-ignored"),
    (shifted_in_place, CROSS_ENTROPY, "differs", "input-changed"),
    (lambda z, y: F.cross_entropy(z.bfloat16(), y), CROSS_ENTROPY, "differs", "few-digits"),
    (of_doubles, "squared_error", "agrees", None),
    (F.soft_margin_loss, BINARY, "unstable", "exp-overflow"),
    (rootless, "triplet_loss", "unstable", "root-at-zero"),
    (F.cross_entropy, "masked_cross_entropy", "unstable", "all-ignored-nan"),
]


@pytest.mark.parametrize(("loss", "like", "outcome", "mistake"), TORCH)
def test_torch_loss_is_judged_by_its_own_slope(loss, like, outcome, mistake):
    found = audit(loss, like=like)
    assert (found.framework, found.outcome) == ("PyTorch", outcome), repr(found)
    assert found.mistake == mistake


@cache
def in_jax():
    command = [sys.executable, "-W", "ignore", "-m", "tests.clinic.in_jax"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.mark.parametrize(
    ("name", "framework", "outcome", "mistake"),
    [
        ("half", "JAX", "differs", "half-kept"),
        ("no slope", "JAX", "differs", "detached"),
        # Compiled, the product is a choice, and 0 × ∞ is 0.
        ("product", "JAX", "unstable", "zero-log-zero"),
        ("rows", "JAX", "agrees", None),
        ("keras", "Keras on JAX", "unstable", "clip-hides"),
    ],
)
def test_jax_and_keras_are_audited_as_they_are(name, framework, outcome, mistake):
    found = in_jax()[name]
    assert (found["framework"], found["outcome"], found["mistake"]) == (framework, outcome, mistake)


def cross_entropy(z, y):
    return lossfns.softmax_cross_entropy_with_integer_labels(z, y).mean()


def slope_of_the_sum(z, y):
    return lossfns.softmax_cross_entropy_with_integer_labels_grad(z, y)


@pytest.mark.parametrize(
    ("gradient", "mistake"),
    [
        (lambda z, y: slope_of_the_sum(z, y) / len(y), None),
        (slope_of_the_sum, "one-over-n-forgotten"),
        (lambda z, y: -slope_of_the_sum(z, y) / len(y), "sign-flipped"),
        (lambda z, y: slope_of_the_sum(z, y) / z.size, "classes-averaged"),
    ],
)
def test_gradient_that_comes_with_a_loss_is_that_loss_s(gradient, mistake):
    found = audit(cross_entropy, like=CROSS_ENTROPY, gradient=gradient)
    assert (found.outcome, found.mistake) == ("differs" if mistake else "agrees", mistake)


def test_gradient_that_overflows_where_its_loss_does_not_is_unstable():
    def p_minus_y(z, y):
        return np.exp(z) / (1 + np.exp(z)) - y

    loss = lossfns.sigmoid_binary_cross_entropy
    assert audit(loss, like=BINARY, gradient=lossfns.sigmoid_binary_cross_entropy_grad).outcome == (
        "agrees"
    )
    found = audit(loss, like=BINARY, gradient=p_minus_y)
    assert (found.outcome, found.mistake) == ("unstable", "slope-lost")
    assert "slope" in details(found)["Right"]


# What cannot be judged, and what is not claimed


def prints(p, t):
    print("<b>loud</b>")
    return np.mean((p - t) ** 2)


def raises(p, t):
    raise KeyError("no such thing")


def leaves(p, t):
    raise SystemExit(3)


@pytest.mark.parametrize(
    ("loss", "says"),
    [
        (lambda p, t: None, "is there a `return`"),
        (lambda p, t: "0.3", "a str, not real numbers"),
        (lambda p, t: (np.mean((p - t) ** 2), 3), "a tuple of 2 things"),
        (lambda p: p, "takes 1 positional argument"),
        (raises, "KeyError: 'no such thing'"),
        (lambda p, t: np.array([]), "an empty array"),
        (lambda p, t, extra: p, "missing 1 required positional argument: 'extra'"),
        (leaves, "SystemExit"),
        (torch.nn.MSELoss, "`MSELoss()`"),
    ],
)
def test_loss_that_cannot_be_called_says_what_was_tried(loss, says):
    found = audit(loss, like="squared_error")
    assert found.outcome == "cannot call"
    assert says in repr(found)


def test_endless_loss_is_stopped_and_its_input_shown(monkeypatch):
    from lossfns.clinic import examination

    def endless(p, t):
        while True:
            pass

    monkeypatch.setattr(examination, "SECONDS", 0.3)
    found = audit(endless, like="squared_error")
    assert found.outcome == "cannot call"
    assert "still running after 0.3 seconds" in found.headline
    assert details(found)["Last called with"].startswith("[[")


def test_shape_that_fits_nothing_is_said():
    found = audit(lambda p, t: np.zeros((7, 7)), like="squared_error")
    assert found.outcome == "differs"
    assert "(7, 7)" in found.headline


def test_constant_is_blamed_on_no_mistake():
    found = audit(lambda p, t: 0.0 * np.sum(p), like=CROSS_ENTROPY)
    assert (found.outcome, found.mistake) == ("differs", None)


def test_loss_that_draws_lots_is_not_called_right():
    rng = np.random.default_rng(0)
    noisy = audit(lambda p, t: (p - t) ** 2 * rng.random(), like="squared_error")
    assert (noisy.outcome, noisy.mistake) == ("differs", "not-the-same-twice")


def test_loss_that_is_always_nan_is_not_said_to_draw_lots():
    found = audit(lambda p, t: (p - t) * np.nan, like="squared_error")
    assert (found.outcome, found.mistake) == ("differs", None)


def test_change_of_the_input_is_told_beside_another_mistake():
    found = audit(lambda p, t: np.abs(np.subtract(p, t, out=p)), like="squared_error")
    assert found.mistake == "absolute-for-square"
    assert "changes the numbers" in details(found)["It also"]


def test_order_that_one_letter_names_contradict_is_told():
    found = audit(lambda p, y: np.logaddexp(0, y) - p * y, like=BINARY)
    assert found.outcome == "agrees"
    assert "another order" in details(found)["Beware"]


def test_factor_is_seen_under_the_plainest_convention():
    half = audit(lambda z, y: lossfns.softmax_cross_entropy(z, y) / 2, like=CROSS_ENTROPY)
    assert half.takes == "logits, then one-hot labels"
    assert "a factor ½" in half.headline


def test_unknown_mistake_is_described_by_its_factor_or_not_at_all():
    third = audit(lambda p, t: np.abs(p - t) / 2, like="absolute_error")
    assert "a factor ½" in third.headline
    odd = audit(lambda p, t: np.abs(p - t) ** 1.1, like="absolute_error")
    assert (odd.outcome, odd.mistake) == ("differs", None)
    assert "no mistake that we know" in odd.headline


def test_single_example_loss_that_swallows_batches_is_told_so():
    def of_one(z, y):
        return -np.sum(y * (z - z.max() - np.log(np.exp(z - z.max()).sum())))

    found = audit(of_one, like=CROSS_ENTROPY)
    assert (found.outcome, found.mistake) == ("differs", "softmax-over-everything")
    assert "one example at a time" in details(found)["But"]


def test_mean_along_the_batch_alone_is_not_excused_by_flattening():
    found = audit(lambda p, t: ((p - t) ** 2).mean(axis=0), like="squared_error")
    assert (found.outcome, found.mistake) == ("differs", "axis-left-out")


def test_value_without_a_graph_has_no_slope():
    found = audit(lambda z, y: F.cross_entropy(z, y).item(), like=CROSS_ENTROPY)
    assert (found.outcome, found.mistake) == ("differs", "detached")


def test_branch_that_is_not_taken_may_meet_a_zero():
    found = audit(lambda p, y: -np.where(y == 1, np.log(p), np.log(1 - p)), like=BINARY)
    assert found.outcome == "agrees"


def test_limits_are_told_and_do_not_count():
    found = audit(F.cross_entropy, like=CROSS_ENTROPY)
    assert found.outcome == "agrees"
    assert set(found.limits) == {"infinite-logit", "small-loss-lost"}


@pytest.mark.parametrize(
    ("kind", "words"),
    [({"like": "squred_error"}, "did you mean 'squared_error'"), ({"framework": "caffe"}, "caffe")],
)
def test_name_that_is_not_known_is_refused(kind, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        audit(lambda p, t: p, **{"like": "squared_error", **kind})


def test_thing_that_is_no_function_is_refused():
    with pytest.raises(TypeError, match="must be functions"):
        audit(3.0, like="squared_error")
    with pytest.raises(TypeError, match="must be functions"):
        audit(None, like="squared_error")


def test_caller_s_own_arrays_and_output_stay_untouched(capsys):
    found = audit(prints, like="squared_error")
    assert capsys.readouterr() == ("", "")
    assert found.outcome == "agrees"
    assert "loud" in details(found)["It printed"]


# What is shown


def words(text):
    return re.sub(r"[`\s]+", "", text)


@pytest.mark.parametrize("loss", [prints, lambda p, t: np.abs(p - t), raises])
def test_text_and_html_say_the_same_and_html_is_escaped(loss):
    found = audit(loss, like="squared_error")
    page = found._repr_html_()
    assert words(html.unescape(re.sub(r"<[^>]+>", "", page))) == words(repr(found))
    assert "<b>loud" not in page


def test_assert_loss_raises_with_the_page_of_text():
    assert_loss(lambda p, t: (p - t) ** 2, like="squared_error")
    with pytest.raises(AssertionError, match=r"✗ differs from squared_error: .*\n  Takes: "):
        assert_loss(lambda p, t: np.abs(p - t), like="squared_error")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("by_logaddexp", 0),
        ("no_such", 2),
    ],
)
def test_command_tells_by_its_exit_code(name, code, capsys):
    loss = f"tests.clinic.right_losses:{name}"
    assert main(["audit", loss, "--like", CROSS_ENTROPY]) == code
    assert any(capsys.readouterr())


def test_command_reads_a_file_and_fails_where_the_loss_is_wrong(tmp_path, capsys):
    path = tmp_path / "mine.py"
    path.write_text("def loss(p, t):\n    return abs(p - t)\n", encoding="utf-8")
    assert main(["audit", f"{path}:loss", "--like", "squared_error"]) == 1
    assert capsys.readouterr().out.startswith("✗ differs from squared_error")
    assert main(["audit", f"{path}", "--like", "squared_error"]) == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("def loss(p, t:", "SyntaxError"),
        ("raise RuntimeError('too early')", "RuntimeError while it was loaded: too early"),
        ("import sys; sys.exit(1)", "SystemExit"),
    ],
)
def test_module_that_does_not_load_is_no_loss_that_differs(text, says, tmp_path, capsys):
    path = tmp_path / "unloadable.py"
    path.write_text(text, encoding="utf-8")
    assert main(["audit", f"{path}:loss", "--like", "squared_error"]) == 2
    assert says in capsys.readouterr().err


def test_file_of_a_package_may_import_its_neighbours(tmp_path, capsys):
    package = tmp_path / "package_of_losses"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "a.py").write_text("from .b import loss\n", encoding="utf-8")
    (package / "b.py").write_text("def loss(p, t): return (p - t) ** 2\n", encoding="utf-8")
    assert main(["audit", f"{package / 'a.py'}:loss", "--like", "squared_error"]) == 0


def test_clinic_loads_no_framework_and_its_audit_only_when_asked():
    code = (
        "import sys, lossfns.clinic; heavy = {'torch', 'jax', 'keras', 'matplotlib', 'sklearn',"
        " 'lossfns.clinic.examination', 'lossfns.checks'}; sys.exit(str(heavy & set(sys.modules))"
        " if heavy & set(sys.modules) else 0)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")
