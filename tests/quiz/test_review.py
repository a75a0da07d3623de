"""The review page's schedule against an independent implementation of FSRS."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from fsrs import Card, Rating, Scheduler

from tests.node import node

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = timedelta(days=2)
DAY = 86_400_000  # milliseconds


def sequences():
    """Answers of many readers: some regular, some late, some forgetful."""
    rng = np.random.default_rng(6)
    for _ in range(60):
        days = np.cumsum(rng.integers(0, 40, size=rng.integers(1, 12)))
        right = rng.random(len(days)) < rng.choice([0.3, 0.7, 1.0])
        yield [(int(day), bool(answer)) for day, answer in zip(days, right, strict=True)]


def review(card, rating, at):
    """One review by PyPI's fsrs: the card afterwards, and the days it has to wait."""
    scheduler = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    card, _ = scheduler.review_card(card, rating, at)
    return card, (card.due - at).days


def replay_in_python(answers):
    """Days to wait and chance of recall after a reader's answers, by PyPI's fsrs."""
    card = Card()
    for day, right in answers:
        at, before = START + timedelta(days=day), card
        card, days = review(before, Rating.Good if right else Rating.Again, at)
    # ts-fsrs keeps the waits of the four ratings at least a day apart.
    hard = review(before, Rating.Hard, at)[1]
    again = min(review(before, Rating.Again, at)[1], hard)
    days = max(days, max(hard, again + 1) + 1)
    return days, Scheduler().get_card_retrievability(card, at + LATER)


@pytest.fixture(scope="module")
def replayed(tmp_path_factory):
    """The same answers, as the page's own script schedules them."""
    given = [
        [
            {"at": int((START + timedelta(days=day)).timestamp() * 1000), "right": right}
            for day, right in answers
        ]
        for answers in sequences()
    ]
    path = tmp_path_factory.mktemp("fsrs") / "answers.json"
    later = int(LATER.total_seconds() * 1000)
    path.write_text(json.dumps({"sequences": given, "later": later}))
    return list(zip(given, json.loads(node("tests/quiz/replay_fsrs.mjs", path)), strict=True))


def test_the_schedule_is_that_of_another_implementation(replayed):
    compared = 0
    for answers, (given, got) in zip(sequences(), replayed, strict=True):
        days, chance = replay_in_python(answers)
        if not answers[-1][1]:
            assert got["missed"]
            assert got["chance"] == 0
            assert got["due"] == given[-1]["at"]
            continue
        compared += 1
        assert got["due"] - given[-1]["at"] == days * DAY, answers
        assert got["chance"] == pytest.approx(chance, abs=1e-6), answers
    assert compared > 30
