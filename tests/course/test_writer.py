"""The writer's answers, their judge and the way back to its table hold what the page says."""

from itertools import pairwise

import numpy as np
import pytest

from lossfns import check_gradient, log_softmax
from lossfns.course import writer


@pytest.fixture(scope="module")
def table():
    return writer.learned(steps=300)


def test_the_table_is_the_one_that_the_language_model_ends_with():
    assert writer.letter_loss(writer.learned(steps=0)) == pytest.approx(np.log(44))
    assert writer.letter_loss(writer.learned()) == pytest.approx(2.0779, abs=1e-4)


def test_answers_begin_at_a_line_end_and_follow_the_tables_bets(table):
    answers = writer.write(table, 20_000, letters=1, seed=3)
    heard = np.bincount(answers[:, 1], minlength=44) / len(answers)

    assert (answers[:, 0] == writer.LINE_END).all()
    bets = np.exp(log_softmax(table[writer.LINE_END]))
    np.testing.assert_allclose(heard, bets, atol=0.02)


def test_the_same_seed_writes_the_same_answers(table):
    np.testing.assert_array_equal(writer.write(table, 3, seed=5), writer.write(table, 3, seed=5))
    assert (writer.write(table, 3, seed=5) != writer.write(table, 3, seed=6)).any()


@pytest.mark.parametrize(
    ("answer", "letters"),
    [
        ("", 0),
        ("Shall I compare thee", 16),
        ("shall SHALL", 10),
        ("a to of", 0),  # two letters are too few
        ("thee thee", 8),  # said twice, counted twice
        ("theee;thee", 4),
        ("summer's day?", 11),
    ],
)
def test_the_judge_counts_the_letters_of_words_that_the_sonnets_have(answer, letters):
    assert writer.score(answer) == letters


def test_the_better_answer_of_a_pair_has_the_higher_score(table):
    better, worse = writer.judged_pairs(table, 60, seed=1)

    scores = np.array(
        [[writer.score(writer.spell(one)) for one in side] for side in (better, worse)]
    )
    assert better.shape == worse.shape == (len(better), 41)
    assert 0 < len(better) < 60  # ties are dropped
    assert (scores[0] > scores[1]).all()
    written = writer.write(table, 120, seed=1).reshape(60, 2, -1)
    assert any((pair == [better[0], worse[0]]).all() for pair in [*written, *written[:, ::-1]])


def test_a_likelihood_is_the_product_of_its_letters(table):
    answers = writer.write(table, 4, letters=6)
    bets = np.exp(log_softmax(table))
    products = [np.prod([bets[t, k] for t, k in pairwise(a)]) for a in answers]

    np.testing.assert_allclose(np.exp(writer.log_likelihoods(table, answers)), products)


def test_slopes_arrive_at_the_table_as_they_are_measured(table):
    rng = np.random.default_rng(0)
    answers, slopes = writer.write(table, 3, letters=5), rng.normal(size=3)
    at = rng.normal(size=table.shape)

    check_gradient(
        lambda z: writer.log_likelihoods(z, answers) @ slopes,
        lambda z: writer.backward(z, answers, slopes),
        at,
    )


def test_counts_are_the_slope_of_the_total(table):
    rng = np.random.default_rng(0)
    answers, slopes = writer.write(table, 3, letters=5), rng.normal(size=3)

    check_gradient(
        lambda points: writer.total(points, answers) @ slopes,
        lambda points: writer.counts(answers, slopes),
        rng.normal(size=table.shape),
    )


def test_visits_count_each_row_of_the_mean_answer():
    answers = np.array([[0, 1, 1, 2], [0, 2, 2, 2]])

    np.testing.assert_allclose(writer.visits(answers)[:3], [1, 1, 1])
    assert writer.visits(answers).sum() == 3
