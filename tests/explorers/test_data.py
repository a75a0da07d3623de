"""What the explorers claim, and the data computed beforehand."""

import ast
import itertools
import re

import numpy as np
import pytest

import lossfns
from lossfns.explorers import (
    ClinicExplorer,
    LossExplorer,
    RaceExplorer,
    SofteningExplorer,
    _races,
    site_script,
)
from lossfns.explorers._clinic import CASES, train
from lossfns.explorers._data import DATA, load
from lossfns.explorers._floats import DTYPES, float_table, naive_loss
from lossfns.explorers._questions import STATIC
from lossfns.explorers._races import LOSSES, RATES, STARTS, run_race, setting
from lossfns.explorers.floats import REACH
from lossfns.explorers.precompute import TABLES, reached, recipe, without_docstrings


def test_the_claims_of_the_loss_explorer():
    """50.5 at p = .01, 75 and 11,014 at z = -5 and -10, squared error loudest at 1/3."""

    def ratio(z):
        ce = lossfns.sigmoid_binary_cross_entropy_grad(z, 1)
        return ce / lossfns.sigmoid_squared_error_grad(z, 1)

    assert round(ratio(LossExplorer(probability=0.01).logit), 1) == 50.5
    assert round(ratio(-5.0)) == 75
    assert round(ratio(-10.0)) == 11_014
    p = np.linspace(0.001, 0.999, 9999)
    nudges = lossfns.sigmoid_squared_error_grad(np.log(p / (1 - p)), np.ones_like(p))
    assert abs(p[nudges.argmin()] - 1 / 3) < 1e-4


def test_exact_squared_error_pushes_a_wrong_class_up_on_39_54_percent_of_the_simplex():
    p = np.random.default_rng(0).dirichlet([1, 1, 1], size=400_000)
    labels = np.eye(3)[np.zeros(len(p), dtype=int)]
    nudges = lossfns.softmax_squared_error_grad(np.log(p), labels, jacobian="exact")
    share = (nudges[:, 1:] < 0).any(axis=1).mean()
    assert abs(share - (1 - np.pi / (3 * np.sqrt(3)))) < 0.003
    assert "1 - Math.PI / (3 * Math.sqrt(3))" in site_script()


def test_the_floor_of_smoothed_labels():
    assert round(SofteningExplorer(smoothing=0.1, classes=10).floor, 3) == 0.5
    assert round(SofteningExplorer(smoothing=1 / 9, classes=10).floor, 3) == 0.545


def test_easy_examples_hold_less_of_a_focal_loss():
    explorer = SofteningExplorer(easy=147)
    assert explorer.easy_share(alpha=0.5, gamma=2.0) < 0.02
    assert explorer.easy_share(alpha=0.5, gamma=0.0) > 0.5
    assert explorer.easy_share(alpha=0.5, gamma=0.41) == pytest.approx(0.5, abs=0.001)


def test_the_data_are_small_and_valid():
    sizes = [path.stat().st_size for path in DATA.glob("*.json")]
    assert len(sizes) == 3
    assert sum(sizes) < 6_000 * 7  # a clinic of seven patients, a race from each start, the floats


def test_the_data_belong_to_the_code_that_computes_them():
    """If this fails, run ``python -m lossfns.explorers.precompute``."""
    assert (DATA / "recipe.txt").read_text(encoding="utf-8") == recipe()


def test_a_change_of_a_loss_that_the_data_show_asks_for_new_data():
    found = {}
    for compute in TABLES.values():
        reached(compute.__module__, found)
    assert {"lossfns.classification", "lossfns.attempts", "lossfns.activations"} <= set(found)
    assert "lossfns.ctc" not in found


def test_a_change_of_words_asks_for_no_new_data():
    code = 'def f(x):\n    """{}"""\n    return {} * x\n'
    one, other, changed = (
        without_docstrings(text, ast.parse(text))
        for text in (
            code.format("One.", 2),
            code.format("Two.\n\n    More.\n", 2),
            code.format("One.", 3),
        )
    )
    assert one == other != changed


def test_the_figure_and_the_live_plot_of_the_floats_reach_equally_far():
    script = (STATIC / "floats.mjs").read_text(encoding="utf-8")
    drawn = re.findall(r"(float\d+): \[-(\d+), (\d+)\]", script)
    assert {name: (int(low), int(high)) for name, low, high in drawn} == {
        name: (size, size) for name, size in REACH.items()
    }


def test_the_float_table_is_what_numpy_computes_now():
    table, stored = float_table(), load("floats")
    assert table["limits"] == stored["limits"]
    assert table["logits"] == stored["logits"]
    for dtype in table["tables"]:
        np.testing.assert_allclose(
            np.array(table["tables"][dtype], dtype=float),
            np.array(stored["tables"][dtype], dtype=float),
            rtol=2e-3 if dtype == "float16" else 1e-3,
        )


def test_floats_fail_where_the_explorer_says():
    limits = load("floats")["limits"]
    assert [round(limits[dtype]["overflow"], 1) for dtype in DTYPES] == [11.1, 88.7, 709.8]
    assert [round(limits[dtype]["one"], 1) for dtype in DTYPES] == [7.6, 16.6, 36.7]
    logits = np.array([17.0, -40.0], dtype=np.float32)
    loss, nudge = naive_loss(logits, 1)
    assert np.isnan(loss[0])
    assert abs(loss[1] - 34.53878) < 1e-4
    assert nudge[1] == 0
    loss, nudge = naive_loss(np.array([-40.0]), 1)
    assert nudge[0] == 0


def test_where_the_naive_loss_holds_it_agrees_with_the_stable_one():
    logits = np.linspace(-30, 30, 61)
    for label in (0, 1):
        labels = np.full(logits.shape, label)
        loss, nudge = naive_loss(logits, label)
        np.testing.assert_allclose(
            loss, lossfns.sigmoid_binary_cross_entropy(logits, labels), rtol=1e-2, atol=1e-12
        )
        np.testing.assert_allclose(
            nudge, lossfns.sigmoid_binary_cross_entropy_grad(logits, labels), rtol=1e-2
        )


def test_a_race_is_what_training_gives_now(monkeypatch):
    """Its first ten epochs; rounding on another machine may move an image or two of 450."""
    monkeypatch.setitem(_races.EPOCHS, "fresh", 10)
    run, stored = run_race("cross_entropy", "fresh", 0.3, True), load("race")
    kept = stored["races"][setting("cross_entropy", "fresh", 0.3, True)]
    begun = [curve[: len(run["curves"][0])] for curve in kept["curves"]]
    assert np.abs(np.subtract(run["curves"], begun)).max() <= 1
    assert run["finish"] == kept["finish"]


def slowest(loss, start, rate, means_removed):
    """The last of three runs to get there; infinite if one does not."""
    finish = load("race")["races"][setting(loss, start, rate, means_removed)]["finish"]
    return max(np.inf if epoch is None else epoch for epoch in finish)


def working(loss, start, means_removed, within):
    """The rates at which all three runs get there in time."""
    return [rate for rate in RATES if slowest(loss, start, rate, means_removed) <= within]


def test_the_race_tells_what_its_question_claims():
    """The gap at one rate is large, a rate of its own repays it; what stays is the range."""
    ask, options, answer = RaceExplorer()._question()
    assert "about 20 epochs, squared error in about 550" in ask
    assert 18 <= slowest("cross_entropy", "confidently_wrong", 0.1, True) <= 22
    assert 500 <= slowest("squared_error", "confidently_wrong", 0.1, True) <= 600
    assert "a large rate closes the gap" in options[answer]
    assert slowest("squared_error", "confidently_wrong", 30.0, True) <= 5
    assert working("cross_entropy", "confidently_wrong", False, within=600) == list(RATES)
    assert working("squared_error", "confidently_wrong", False, within=600) == []


@pytest.mark.parametrize(
    ("start", "means_removed", "cross_entropy", "squared_error"),
    [
        ("fresh", True, (0.03, 100), (0.1, 30)),
        ("fresh", False, (0.01, 100), (0.1, 3)),
        ("confidently_wrong", True, (0.1, 100), (3, 30)),
        ("confidently_wrong", False, (0.1, 100), None),
    ],
)
def test_cross_entropy_forgives_a_wider_range_of_rates(
    start, means_removed, cross_entropy, squared_error
):
    """What the chapter's figure shows: the rates that reach 90 % within 30 epochs, no gaps."""
    for loss, ends in (("cross_entropy", cross_entropy), ("squared_error", squared_error)):
        wanted = [rate for rate in RATES if ends and ends[0] <= rate <= ends[1]]
        assert working(loss, start, means_removed, within=30) == wanted


def test_every_offered_race_was_run():
    wanted = itertools.product(LOSSES, STARTS, RATES, (True, False))
    assert set(load("race")["races"]) == {setting(*choice) for choice in wanted}


def clinic(cause):
    case = next(case for case in load("clinic") if case["cause"] == cause)
    return [np.array(case[name], dtype=float) for name in ("training", "validation", "accuracy")]


def test_each_clinic_case_shows_its_symptom():
    training, _, accuracy = clinic("blank")
    assert np.abs(training - np.log(10)).max() < 0.02
    assert accuracy.max() < 0.15
    training, _, accuracy = clinic("twice")
    assert training.min() > np.log(1 + 9 / np.e)
    assert accuracy[-1] > 0.8
    training, _, _ = clinic("naive")
    assert np.isfinite(training[0])
    assert np.isnan(training[-1])
    training, _, _ = clinic("signed")
    assert training[-1] < 0
    _, validation, accuracy = clinic("overconfident")
    lowest = validation.argmin()
    assert validation[-1] > 1.2 * validation[lowest]
    assert accuracy[-1] >= accuracy[lowest]
    training, _, accuracy = clinic("smoothed")
    assert 0.5 < training[-1] < 0.6
    assert accuracy[-1] > 0.9
    training, validation, accuracy = clinic("clipped")
    assert np.ptp(training[1:]) == np.ptp(accuracy[1:]) == 0
    np.testing.assert_allclose(validation[1:], (1 - accuracy[1:]) * -np.log(1e-7), rtol=5e-4)


def test_a_clinic_case_is_what_training_gives_now():
    curves = train(**CASES["naive"])
    training, _, accuracy = clinic("naive")
    np.testing.assert_allclose(curves["training"][:6], training[:6], rtol=1e-3)
    assert curves["accuracy"][0] == pytest.approx(accuracy[0], abs=1e-3)


def test_the_clinic_offers_every_cause_and_knows_the_right_one():
    assert set(ClinicExplorer.diagnosis.options) == {"", *CASES}
    for number, cause in enumerate(CASES, start=1):
        assert ClinicExplorer(case=number, diagnosis=cause).correct
        assert not ClinicExplorer(case=number).correct
