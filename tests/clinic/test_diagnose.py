"""A log's faults are found where they are, and a sound log is left alone."""

import re
from collections import Counter
from functools import cache

import numpy as np
import pytest

from lossfns.clinic import diagnose, read_log
from lossfns.clinic.findings.case import thresholds, words
from lossfns.explorers import ClinicExplorer
from lossfns.explorers._clinic import CASES
from sitebuild.paths import BOOK, ROOT
from tests.clinic.files import LOGS, told

SOUND = [name for name, about in told().items() if not about["fault"]]
FAULTY = [name for name, about in told().items() if about["fault"]]


@cache
def log_of(name):
    return read_log(LOGS / name)


@cache
def findings(name):
    return diagnose(log_of(name), **told()[name]["told"])


def table(**columns):
    """A log as a table, from a list for each name."""
    rows = zip(*columns.values(), strict=True)
    lines = [",".join("" if cell is None else f"{cell:.6g}" for cell in row) for row in rows]
    return read_log("\n".join([",".join(columns), *lines, ""]))


def fall(count, start, end, rate, noise=0.0, seed=0):
    """A loss that falls from one value to another, with noise in proportion."""
    curve = end + (start - end) * np.exp(-np.arange(count) / (rate * count))
    return curve * np.exp(np.random.default_rng(seed).normal(0, noise, count))


# Real trainings


@pytest.mark.parametrize("name", SOUND)
def test_nothing_is_found_in_a_sound_training(name):
    assert findings(name) == ()


@pytest.mark.parametrize("name", FAULTY)
def test_what_was_done_to_a_training_is_found_in_its_log(name):
    ids = [found.id for found in findings(name)]
    assert told()[name]["fault"] in ids
    assert len(ids) == len(set(ids))


def test_there_are_enough_real_logs_in_enough_formats():
    written = {(told()[name]["fault"], log_of(name).format, name[-4:]) for name in FAULTY}
    faults = Counter(fault for fault, *_ in written)
    assert len(SOUND) >= 20
    assert min(Counter(told()[name]["fault"] for name in FAULTY).values()) >= 2
    # What needs the step of every value was written as two tables, a plain one and another.
    assert {fault for fault, formats in faults.items() if formats < 2} <= {"periodic"}


PLACES = [
    ("spike.jsonl", "spike", "loss", 301, 302),
    ("nan.jsonl", "not-a-number", "loss", 4, 228),
    ("inf.log", "infinite", "loss", 1, 76),
    ("even_guess_keras.csv", "even-guess", "loss", 0, 7),
    ("confident_start.csv", "confident-start", "loss", 1, 1),
    ("same_data.txt", "same-data", "Val Loss", 1, 25),
    ("below_zero.csv", "below-zero", "loss", 20, 228),
    ("nan_as_zero.txt", "nan-shown-as-zero", "loss", 0.25, 3),
]


@pytest.mark.parametrize(("name", "id", "curve", "first", "last"), PLACES)
def test_a_finding_says_where(name, id, curve, first, last):
    (where,) = [found.where for found in findings(name) if found.id == id]
    assert tuple(where) == (curve, first, last)


def test_a_finding_says_what_it_rests_on():
    (spike,) = findings("spike.jsonl")
    assert spike.evidence["value"] == pytest.approx(400.04, abs=0.01)
    assert spike.says.startswith("loss jumps from about 0.4034 to 400.037 at step 301 and is back")
    twice = findings("softmax_twice.log")[0]
    assert twice.evidence["exact"] == pytest.approx(np.log(1 + 9 / np.e))
    assert twice.evidence["accuracy"] > 0.95


# Faults put into a made curve


BY_VALUE = {
    "even-guess", "class-frequencies", "softmax-twice", "sigmoid-twice", "clip-share",
    "bce-clamp-share", "smoothing-floor",
}  # fmt: skip


def test_every_finding_is_made_by_some_log_and_leaves_no_placeholder():
    made = [found for name in FAULTY for found in findings(name)]
    only_here = {"frozen", "summed"}
    assert {found.id for found in made} - BY_VALUE | only_here == set(words()) - {
        "flat",
        "floor",
        "noisy",
    }
    for found in made:
        assert not re.search(r"[{}]|  ", found.says + found.do), found


@pytest.mark.parametrize("id", sorted(set(words()) - {"flat", "floor", "noisy"}))
def test_what_a_finding_points_to_is_there(id):
    page, _, anchor = words()[id]["see"].partition("#")
    heads = re.findall(r"^#+ (.+)$", (BOOK / f"{page}.md").read_text(encoding="utf-8"), re.M)
    anchors = {re.sub(r"[^\w\s-]", "", head.lower()).replace(" ", "-") for head in heads}
    assert anchor in anchors


STUCK = [
    ("87.3365", 87.3365, {}, "float32-smallest"),
    ("100 from a clamp", 100.0, {}, "bce-clamp"),
    ("a clip", 16.1181, {}, "clip"),
    ("ln 2", 0.6931, {}, "even-guess"),
    ("ln 1000", 6.9078, {"classes": 1000}, "even-guess"),
    ("softmax twice", 1.4612, {"classes": 10}, "softmax-twice"),
    ("a mean over the classes", np.log(256) / 256, {"classes": 256}, "averaged-over-classes"),
    ("nobody knows", 1.2345, {}, "frozen"),
]


@pytest.mark.parametrize(("value", "told", "id"), [s[1:] for s in STUCK], ids=[s[0] for s in STUCK])
def test_a_curve_that_stands_still_is_named_by_its_value(value, told, id):
    log = table(step=range(100), loss=[value] * 100)
    assert [found.id for found in diagnose(log, **told)] == [id]


def test_noise_around_a_known_value_hides_it_from_nobody():
    noise = np.random.default_rng(0).normal(0, 0.01, 400)
    (stuck,) = diagnose(table(step=range(400), loss=np.log(10) + noise))
    assert stuck.id == "even-guess"


def test_a_curve_that_was_stuck_and_then_learned_is_left_alone():
    curve = [np.log(10)] * 150 + list(fall(250, np.log(10), 0.3, 0.2))
    assert diagnose(table(step=range(400), loss=curve), classes=10) == ()


@pytest.mark.parametrize(
    "text",
    ["loss\n2.3\nnan\n", "{'loss': 2.3}\n{'loss': nan}\n", "loss: 2.3\nloss: nan\n"],
)
def test_nan_is_found_in_the_shortest_log(text):
    (found,) = diagnose(read_log(text))
    assert (found.id, found.sure, found.where.first) == (
        "not-a-number",
        "exact",
        pytest.approx(2, abs=1),
    )


def test_what_came_before_a_nan_is_told():
    norms = [1.0] * 20 + [3, 40, 900] + [np.nan] * 5
    loss = [*fall(23, 2.3, 1.0, 0.5), *[np.nan] * 5]
    (found,) = diagnose(table(step=range(28), loss=loss, grad_norm=norms))
    assert "the gradient's norm had grown to 900, from 1" in found.says
    (found,) = diagnose(table(step=range(8), loss=[2, 1.9, 1.8, 5, 80, np.nan, np.nan, np.nan]))
    assert "Just before it had grown to 80" in found.says


def test_a_nan_among_numbers_is_told_as_one():
    loss = fall(40, 2.3, 0.5, 0.2)
    loss[20] = np.nan
    (found,) = diagnose(table(step=range(40), loss=loss))
    assert (
        found.says
        == "loss is nan at step 20, and a number again later. The value before was "
        + ("0.6674: nothing gave a warning.")
    )


def test_nan_that_fills_empty_cells_is_no_finding():
    held_out = [np.nan if i % 5 else 2 * 0.95**i for i in range(40)]
    assert diagnose(table(step=range(40), loss=fall(40, 2.3, 0.3, 0.3), val_loss=held_out)) == ()


def test_a_spike_that_does_not_come_back_says_so():
    loss = fall(200, 2.3, 0.3, 0.2, noise=0.03)
    loss[193:] = 30.0
    (found,) = [one for one in diagnose(table(step=range(200), loss=loss)) if one.id == "spike"]
    assert "has not come back by the end" in found.says


def test_a_restart_of_the_rate_is_no_spike():
    loss, rate = fall(300, 2.3, 0.3, 0.1), np.full(300, 1e-3)
    loss[150:158] += 2.0
    rate[150:] = 1e-2
    assert diagnose(table(step=range(300), loss=loss, lr=rate)) == ()
    assert [one.id for one in diagnose(table(step=range(300), loss=loss))] == ["spike"]


def test_a_sum_over_micro_batches_shows_in_the_first_loss():
    loss = fall(100, 4 * np.log(10), 3.0, 0.2)
    loss[:5] = 4 * np.log(10) * np.array([1.0, 1.004, 0.998, 1.001, 0.99])
    (found,) = diagnose(table(step=range(1, 101), loss=loss), classes=10)
    assert (found.id, found.evidence["times"]) == ("summed", 4)


def test_two_runs_in_different_units_are_compared():
    nats = fall(60, 3.0, 1.0, 0.2)
    names = {"Step": range(60), "a - loss": nats, "b - loss": nats / np.log(2)}
    (found,) = diagnose(table(**names))
    assert (found.id, found.where.series) == ("bits-and-nats", "b - loss")


def test_each_run_of_a_table_has_its_own_findings():
    sound, broken = fall(30, 2.3, 0.5, 0.2), [2.3, *[np.nan] * 29]
    log = table(**{"Step": range(30), "a - loss": sound, "b - loss": broken, "c - loss": broken})
    assert [one.where.series for one in diagnose(log)] == ["b - loss", "c - loss"]


def test_a_part_of_a_loss_is_held_against_its_own_part():
    box, kinds = fall(30, 1.0, 0.3, 0.2), fall(30, 4.0, 0.9, 0.3)
    columns = {
        "epoch": range(30),
        "train/box_loss": kinds,
        "train/cls_loss": box,
        "val/box_loss": kinds * 1.02,
        "val/cls_loss": box * 1.03,
    }
    assert diagnose(table(**columns)) == ()


def test_two_players_may_stand_at_ln_2():
    noise = np.random.default_rng(0).normal(0, 0.002, (2, 200))
    assert diagnose(table(step=range(200), d_loss=0.693 + noise[0], g_loss=0.693 + noise[1])) == ()


def test_a_reward_may_be_negative_and_a_cross_entropy_may_not():
    values = np.linspace(0.1, -0.5, 50)
    assert diagnose(table(step=range(50), policy_loss=values)) == ()
    assert [one.id for one in diagnose(table(step=range(50), loss=values))] == ["below-zero"]


@pytest.mark.parametrize("seed", range(40))
def test_no_false_alarm_on_a_noisy_fall(seed):
    rng = np.random.default_rng(seed)
    count = int(rng.choice([15, 60, 300, 3000]))
    start = float(rng.choice([0.693, 2.303, 6.9, 10.8])) * rng.uniform(0.99, 1.03)
    noise, end = rng.uniform(0, 0.4), start * rng.uniform(0.02, 0.6)
    loss = fall(count, start, end, rng.uniform(0.05, 0.4), noise, seed)
    assert diagnose(table(step=range(1, count + 1), loss=loss)) == ()


def test_a_level_reached_by_learning_is_hardly_ever_named_by_luck():
    """Sixty curves that end perfectly flat, at any value and any accuracy: a known one in 2 %."""
    named = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        end, right = rng.uniform(0.02, 3), rng.uniform(0.6, 0.99)
        loss = fall(60, end * rng.uniform(1.3, 4), end, 0.07)
        accuracy = fall(60, 0.2, right, 0.07)
        named += len(diagnose(table(epoch=range(60), loss=loss, accuracy=accuracy)))
    assert named <= 1


def test_a_few_values_that_are_exactly_the_same_are_enough():
    log = table(Iteration=range(0, 120, 20), loss=[6.91, *[87.3365] * 5])
    assert [one.id for one in diagnose(log)] == ["float32-smallest"]


def test_a_term_of_a_falling_loss_may_rise_or_stand_still():
    time = np.arange(60) / 60
    kl, fit, weights = 4 * np.expm1(2 * time), 90 * np.exp(-2 * time), 0 * time + 0.01
    parts = {"kl_loss": kl, "recon_loss": fit, "l2_loss": weights}
    assert diagnose(table(epoch=range(60), loss=kl + fit + weights, **parts)) == ()
    assert [one.id for one in diagnose(table(epoch=range(60), loss=kl))] == ["blow-up"]


@pytest.mark.parametrize("seed", range(5))
def test_the_noise_of_single_examples_is_no_confident_start(seed):
    rng = np.random.default_rng(seed)
    losses = rng.gamma(1.2, 1, 400) * (0.3 + 2 * np.exp(-np.arange(400) / 150))
    losses[0] = 4.1
    assert diagnose(table(step=range(400), loss=losses), classes=10) == ()


def test_a_training_loss_below_the_floor_rules_the_floor_out():
    time = np.arange(20) / 20
    held = 0.41 + 0.28 * np.exp(-9 * time)
    right = {"val_loss": held, "val_accuracy": 0.89 - 0.3 * (0.9 - held)}
    log = table(epoch=range(20), loss=0.69 * np.exp(-2 * time), **right)
    assert diagnose(log, classes=2) == ()


def test_a_floor_that_is_told_is_found_without_an_accuracy():
    losses = 0.5005 + 1.8 * np.exp(-np.arange(100) / 6)
    on_it, above = (table(step=range(100), loss=losses + more) for more in (0, 0.02))
    assert [one.id for one in diagnose(on_it, classes=10)] == ["smoothing-floor"]
    assert diagnose(on_it) == diagnose(above, classes=10) == ()


@pytest.mark.parametrize("classes", [1, 2, 10**9])
def test_any_number_of_classes_may_be_told(classes):
    for name in ("digits.csv", "even_guess.csv", "softmax_twice.log"):
        diagnose(log_of(name), classes=classes)


@pytest.mark.parametrize("scale", [1e-300, 1e-8, 1e8, 1e300])
def test_the_size_of_a_loss_makes_no_fault(scale):
    assert diagnose(table(step=range(60), loss=scale * fall(60, 2.0, 0.5, 0.3))) == ()


def test_wrong_facts_are_refused_by_name():
    log = table(step=range(3), loss=[3, 2, 1])
    with pytest.raises(ValueError, match="classes must be a whole number"):
        diagnose(log, classes=2.5)
    with pytest.raises(ValueError, match="counts must be one for each of the 3 classes"):
        diagnose(log, classes=3, counts=[1, 2])


def test_every_threshold_is_used():
    folder = ROOT / "lossfns" / "clinic" / "findings"
    code = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    for group, lines in thresholds().items():
        names = [group, *(name for name in lines if name.removesuffix("-right") not in BY_VALUE)]
        assert [name for name in names if f'"{name}"' not in code] == []


# The course's own patients


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("count", [30, 1000])
@pytest.mark.parametrize("noise", [0.01, 0.02])
def test_a_loss_that_stays_about_ln_2_is_known_through_its_noise(count, noise, seed):
    values = np.log(2) * np.random.default_rng(seed).normal(1, noise, count)
    (found,) = diagnose(table(step=range(count), loss=values))
    assert (found.id, found.evidence["exact"]) == ("even-guess", pytest.approx(np.log(2)))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("count", [30, 1000])
def test_class_frequencies_are_known_through_six_per_cent_of_noise(count, seed):
    counts = np.array([70, 20, 10])
    entropy = -(counts / 100 * np.log(counts / 100)).sum()
    values = entropy * np.random.default_rng(seed).normal(1, 0.06, count)
    (found,) = diagnose(table(step=range(count), loss=[1.1, 0.95, *values[2:]]), counts=counts)
    assert found.id == "class-frequencies"


@pytest.mark.parametrize("seed", range(3))
def test_a_loss_whose_target_moves_may_rise_to_a_level(seed):
    steps = np.arange(2000)
    noise = np.random.default_rng(seed).lognormal(0, 0.5, 2000)
    assert diagnose(table(step=steps, loss=(0.01 + 2 * (1 - np.exp(-steps / 400))) * noise)) == ()
    runaway = diagnose(table(step=steps, loss=2.3 * np.exp(steps / 300) * noise))
    assert [found.id for found in runaway] == ["blow-up"]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("freedom", [1.5, 2, 3])
def test_one_more_value_far_out_is_no_spike_where_the_tail_is_heavy(freedom, seed):
    noise = 1 + 0.2 * np.random.default_rng(seed).standard_t(freedom, 2000)
    curve = fall(2000, 2.3, 0.5, 0.15) * np.maximum(0.3, noise)
    assert diagnose(table(step=range(2000), loss=curve)) == ()


NAMES = {"training": "loss", "validation": "val_loss", "accuracy": "val_accuracy"}
PATIENTS = {
    "blank": ["even-guess"],
    "twice": ["softmax-twice"],
    "naive": ["not-a-number"],
    "signed": ["below-zero"],
    "overconfident": ["over-confident"],
    "smoothed": [],  # the training curve stands 6 % above its floor, without its own accuracy
    "clipped": ["clip-share", "confident-start"],
}


@pytest.mark.parametrize("case", PATIENTS)
def test_the_patients_of_the_last_chapter_are_diagnosed(case):
    curves = ClinicExplorer().data[list(CASES).index(case)]
    columns = {name: np.array(curves[key], float) for key, name in NAMES.items()}
    log = table(epoch=curves["epochs"], **columns)
    assert [found.id for found in diagnose(log, classes=10)] == PATIENTS[case]
