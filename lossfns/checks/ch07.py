"""Exercises of chapter 7: losses in the wild."""

import numpy as np

from lossfns.checks._exercise import Exercise
from lossfns.judging.mistakes import Mutant


def token_mean(losses, targets):
    losses, targets = np.concatenate(losses), np.concatenate(targets)
    return np.mean(losses[targets != -100])


def _micro_batches():
    rng = np.random.default_rng(71)
    yield [np.array([1.0, 3.0])], [np.array([7, -100])]
    yield [np.array([1.0, 9.0]), np.array([2.0, 4.0])], [np.array([5, -100]), np.array([0, 2])]
    yield (
        [rng.exponential(size=size) for size in (3, 6, 4)],
        [np.array([3, 1, -100]), np.array([1, 2, 3, 4, 5, -100]), np.full(4, -100)],
    )


def _any_batches(rng):
    for sizes in ((1,), (4,), (2, 5), (3, 3), (1, 4, 2), (5, 1, 1, 6)):
        losses = [rng.exponential(size=size) for size in sizes]
        yield losses, [rng.integers(0, 3, size) for size in sizes]
        targets = [
            np.where(rng.random(size) < 0.4, -100, rng.integers(0, 200, size)) for size in sizes
        ]
        targets[0][0] = 0
        yield losses, targets
        yield losses[::-1], targets[::-1]
    yield [np.array([0.0, 2.0, 0.0]), np.array([4.0])], [np.array([1, 0, -100]), np.array([0])]
    yield [np.ones(2), 3 * np.ones(3)], [np.full(2, -100), np.array([0, -100, 9])]
    yield [rng.exponential(size=2)] * 2, [np.array([0, 100]), np.array([-100, 1])]


def _means(losses, targets):
    return [np.sum(x[t != -100]) / np.sum(t != -100) for x, t in zip(losses, targets, strict=True)]


TOKENS = Exercise(
    id="wild.token_mean",
    chapter=7,
    objective="average a language model's loss over kept tokens and micro-batches",
    minutes=6,
    reference=token_mean,
    probes=lambda: list(_micro_batches()),
    cases=_any_batches,
    hints=(
        "Every kept token counts the same, in whichever micro-batch it came.",
        "Sum the losses of the kept tokens over all micro-batches; divide by how many were kept.",
        "`losses, targets = np.concatenate(losses), np.concatenate(targets)`\n"
        "then the mean of those whose target is not ___",
    ),
    why="one sum and one count over everything can't depend on how the batch was cut.",
    mutants=(
        Mutant(
            "mean-of-batch-means",
            lambda losses, targets: np.nanmean(_means(losses, targets)),
            "This is the mean of the micro-batches' means.",
            "the number of kept tokens in each: short micro-batches count too much",
        ),
        Mutant(
            "all-ignored-nan",
            lambda losses, targets: np.mean(_means(losses, targets)),
            "This is the mean of the micro-batches' means: one with nothing kept gives nan.",
            "one sum and one count over all micro-batches; a mean of nothing is never needed",
        ),
        Mutant(
            "ignored-counted",
            lambda losses, targets: (
                sum(np.sum(x[t != -100]) for x, t in zip(losses, targets, strict=True))
                / sum(map(len, losses))
            ),
            "This is the sum over the kept tokens, divided by the number of all tokens.",
            "the number of kept tokens",
        ),
        Mutant(
            "ignored-kept",
            lambda losses, targets: np.mean(np.concatenate(losses)),
            "This is the mean over all tokens, the ignored ones included.",
            "`targets != -100`: padding must teach nothing",
        ),
        Mutant(
            "sum-for-mean",
            lambda losses, targets: (
                sum(np.sum(x[t != -100]) for x, t in zip(losses, targets, strict=True)) + 0.0
            ),
            "This is the sum over the kept tokens.",
            "a mean: divide by how many were kept",
        ),
        Mutant(
            "token-zero-left-out",
            lambda losses, targets: (
                sum(np.sum(x[t > 0]) for x, t in zip(losses, targets, strict=True))
                / sum(np.sum(t > 0) for t in targets)
            ),
            "This is the mean over the kept tokens above 0: token 0 is missing.",
            "`targets != -100`: 0 is a token like any other",
        ),
        Mutant(
            "last-batch-only",
            lambda losses, targets: _means(losses, targets)[-1],
            "This is the last micro-batch's mean: the ones before are forgotten.",
            "the sum and the count must live outside the loop",
        ),
    ),
)


def answer_mean(losses, prompts, lengths):
    guessed = np.arange(losses.shape[1]) + 1  # position t guesses token t + 1
    keep = (guessed >= prompts[:, None]) & (guessed < lengths[:, None])
    return np.mean(losses[keep])


def _conversations():
    yield np.array([[1.0, 3.0, 5.0, 7.0]]), np.array([2]), np.array([4])
    yield (
        np.array([[4.0, 1.0, 2.0, 9.0, 8.0], [6.0, 2.5, 3.0, 1.5, 0.5]]),
        np.array([1, 3]),
        np.array([2, 6]),
    )
    rng = np.random.default_rng(76)
    yield rng.exponential(size=(3, 6)), np.array([2, 4, 3]), np.array([5, 4, 6])
    padded = rng.exponential(size=(3, 7))
    padded[0, 2:] = np.nan
    yield padded, np.array([1, 2, 4]), np.array([3, 8, 8])


def _any_conversations(rng):
    for rows, positions in ((1, 1), (1, 5), (3, 2), (4, 4), (2, 7), (5, 3)):
        for rubbish in (0.0, 9.0, np.nan, np.inf):
            lengths = rng.integers(2, positions + 2, rows)
            prompts = rng.integers(1, lengths + 1)
            prompts[rng.integers(rows)] = 1
            losses = rng.exponential(size=(rows, positions))
            losses[np.arange(positions) >= lengths[:, None] - 1] = rubbish
            yield losses, prompts, lengths
    yield np.full((2, 3), 0.7), np.array([1, 2]), np.array([4, 4])
    yield np.zeros((2, 4)), np.array([2, 1]), np.array([3, 5])
    yield rng.exponential(size=(3, 4)), np.array([1, 1, 1]), np.array([5, 5, 5])


def _of_answers(losses, prompts, lengths, shift=1):
    token = np.arange(losses.shape[1]) + shift
    return (token >= prompts[:, None]) & (token < lengths[:, None])


def _mean_of(losses, keep):
    return np.sum(losses[keep]) / np.sum(keep)


def _answer_means(losses, prompts, lengths):
    keep = _of_answers(losses, prompts, lengths)
    return np.where(keep, losses, 0).sum(axis=1) / keep.sum(axis=1)


ANSWERS = Exercise(
    id="wild.answer_mean",
    chapter=7,
    objective="average the loss over the tokens of the answers, without prompt and padding",
    minutes=7,
    reference=answer_mean,
    probes=lambda: list(_conversations()),
    cases=_any_conversations,
    hints=(
        "Which token is guessed at position 0? And from which position is an answer's first token"
        " guessed?",
        "Position t guesses token t + 1. It counts if that token belongs to the answer:"
        " prompt ≤ t + 1 < length.",
        "`guessed = np.arange(losses.shape[1]) + 1`\n"
        "`keep = (guessed >= prompts[:, None]) & (guessed < ___)`\n"
        "then the mean of `losses[___]`",
    ),
    why="what counts is the token that is guessed, and what does not count is never touched.",
    mutants=(
        Mutant(
            "mask-one-late",
            lambda losses, prompts, lengths: _mean_of(
                losses, _of_answers(losses, prompts, lengths, shift=0)
            ),
            "The mask lies one position late: it belongs to the tokens that are read.",
            "position t guesses token t + 1: the last token of the prompt guesses the first answer",
        ),
        Mutant(
            "first-word-missed",
            lambda losses, prompts, lengths: _mean_of(
                losses, _of_answers(losses, prompts + 1, lengths)
            ),
            "The first token of each answer is missing from the mean.",
            "position t guesses token t + 1: the last token of the prompt guesses the first answer",
        ),
        Mutant(
            "prompt-learned",
            lambda losses, prompts, lengths: _mean_of(
                losses, _of_answers(losses, np.ones_like(prompts), lengths)
            ),
            "The padding is left out, and the prompts count.",
            "`prompts`: a guess counts only if the guessed token belongs to the answer",
        ),
        Mutant(
            "ignored-counted",
            lambda losses, prompts, lengths: (
                np.sum(losses[_of_answers(losses, prompts, lengths)]) / losses.size
            ),
            "This is the sum over the answers, divided by the number of all positions.",
            "the number of positions that count",
        ),
        Mutant(
            "multiplied-by-zero",
            lambda losses, prompts, lengths: np.average(
                losses, weights=_of_answers(losses, prompts, lengths)
            ),
            "All is right until padding holds nan or inf: then this is nan.",
            "0 times nan is nan: choose with `losses[keep]` instead of multiplying",
        ),
        Mutant(
            "mean-of-batch-means",
            lambda losses, prompts, lengths: np.nanmean(_answer_means(losses, prompts, lengths)),
            "This is the mean of the rows' means.",
            "one sum and one count over all rows: a short answer counts too much",
        ),
        Mutant(
            "all-ignored-nan",
            lambda losses, prompts, lengths: np.mean(_answer_means(losses, prompts, lengths)),
            "This is the mean of the rows' means: a row without an answer makes it nan.",
            "one sum and one count over all rows; a mean of nothing is never needed",
        ),
        Mutant(
            "sum-for-mean",
            lambda losses, prompts, lengths: (
                np.sum(losses[_of_answers(losses, prompts, lengths)]) + 0.0
            ),
            "This is the sum over the answers.",
            "a mean: divide by how many positions count",
        ),
    ),
)


def clip_loss(images, texts, log_scale):
    images = images / np.linalg.norm(images, axis=1, keepdims=True)
    texts = texts / np.linalg.norm(texts, axis=1, keepdims=True)
    logits = np.exp(log_scale) * images @ texts.T
    right = np.diagonal(logits)
    by_image = np.logaddexp.reduce(logits, axis=1) - right
    by_text = np.logaddexp.reduce(logits, axis=0) - right
    return (np.mean(by_image) + np.mean(by_text)) / 2


def _pairs():
    rng = np.random.default_rng(72)
    yield np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([[2.0, 0.5], [0.0, 3.0]]), 1.0
    yield rng.normal(size=(3, 2)), rng.normal(size=(3, 2)), 2.0
    yield rng.normal(size=(5, 4)) * 3, rng.normal(size=(5, 4)), np.log(10)


def _any_pairs(rng):
    for shape in ((1, 3), (2, 2), (3, 3), (2, 4), (4, 2), (6, 3), (3, 1)):
        lengths, signs = (
            rng.uniform(0.5, 20, (2, shape[0], 1)),
            np.sign(rng.normal(size=(2, *shape))),
        )
        images, texts = lengths * signs * rng.uniform(0.3, 1, (2, *shape))
        yield images, texts, rng.uniform(0.2, 2.3)
        yield texts, images, -rng.uniform(0.2, 2)
        yield images, texts * rng.uniform(0.5, 1.5, shape), 0.0
    yield np.array([[1.0, 2.0]]), np.array([[-2.0, rng.uniform(-2, 0)]]), 1.0
    same = rng.normal(size=(4, 3)) + 2
    yield same, same, 1.5
    yield np.ones((3, 2)), rng.uniform(0.5, 5, (3, 1)) * np.ones((3, 2)), 2.0
    yield np.array([[3.0, 4.0], [0.0, -2.0]]), np.array([[1.0, 0.0], [0.0, 5.0]]), 1.0


def _similarities(images, texts):
    images = images / np.linalg.norm(images, axis=1, keepdims=True)
    return images @ (texts / np.linalg.norm(texts, axis=1, keepdims=True)).T


def _one_way(logits):
    return np.mean(np.logaddexp.reduce(logits, axis=1) - np.diagonal(logits))


def _both_ways(logits):
    return (_one_way(logits) + _one_way(logits.T)) / 2


CLIP = Exercise(
    id="wild.clip",
    chapter=7,
    objective="write CLIP's symmetric cross-entropy over a batch of pairs",
    minutes=12,
    reference=clip_loss,
    probes=lambda: list(_pairs()),
    cases=_any_pairs,
    hints=(
        "A table of similarities, every image with every text. Each row is one question of N"
        " choices, and so is each column.",
        "Unit features; logits = e^log_scale × images textsᵀ; cross-entropy of the diagonal, by"
        " rows and by columns; the mean of both.",
        "unit rows, `logits = np.exp(log_scale) * images @ ___`\n"
        "`by_image = np.logaddexp.reduce(logits, axis=1) - np.diagonal(logits)`\n"
        "`by_text = ___`, then the mean of both means",
    ),
    why="each image must find its text and each text its image: two classifications on one table.",
    mutants=(
        Mutant(
            "one-direction-only",
            lambda images, texts, log_scale: _one_way(
                np.exp(log_scale) * _similarities(images, texts)
            ),
            "This is one direction alone: which text belongs to each image.",
            "the columns: which image belongs to each text",
        ),
        Mutant(
            "features-not-normalised",
            lambda images, texts, log_scale: _both_ways(np.exp(log_scale) * images @ texts.T),
            "The features' lengths are still in there.",
            "divide each row by its norm: only the direction counts",
        ),
        Mutant(
            "scale-not-exponentiated",
            lambda images, texts, log_scale: _both_ways(log_scale * _similarities(images, texts)),
            "The similarities are multiplied by the logarithm of the scale.",
            "`np.exp(log_scale)`",
        ),
        Mutant(
            "scale-turned-around",
            lambda images, texts, log_scale: _both_ways(
                _similarities(images, texts) / np.exp(log_scale)
            ),
            "The similarities are divided by the scale, as by a temperature.",
            "the scale is 1 / temperature: multiply",
        ),
        Mutant(
            "sum-for-mean",
            lambda images, texts, log_scale: 2 * clip_loss(images, texts, log_scale),
            "This is the sum of the two directions, not their mean.",
            "one half",
        ),
        Mutant(
            "softmax-over-everything",
            lambda images, texts, log_scale: (
                np.logaddexp.reduce(
                    (np.exp(log_scale) * _similarities(images, texts)).ravel(), axis=0
                )
                - np.mean(np.diagonal(np.exp(log_scale) * _similarities(images, texts)))
            ),
            "These are the numbers of one softmax over the whole table.",
            "one softmax for each row, and one for each column",
        ),
    ),
)


def negative_sampling(center, context, negatives):
    positive = np.logaddexp(0, -context @ center)
    return positive + np.sum(np.logaddexp(0, negatives @ center))


def _words():
    rng = np.random.default_rng(73)
    yield np.array([1.0, 0.5]), np.array([0.5, 1.0]), np.array([[1.0, -1.0], [0.2, 2.0]])
    yield rng.normal(size=3), rng.normal(size=3), rng.normal(size=(4, 3))
    yield rng.normal(size=6), 2 * rng.normal(size=6), rng.normal(size=(5, 6))


def _any_words(rng):
    for negatives, length in ((1, 1), (1, 3), (2, 2), (3, 3), (5, 2), (2, 4), (4, 1)):
        for scale in (0.3, 1, 2):
            center = scale * rng.uniform(-1, 1, length)
            yield center, rng.uniform(-2, 2, length), rng.uniform(-2, 2, (negatives, length))
    yield np.zeros(2), rng.normal(size=2), rng.normal(size=(3, 2))
    yield np.ones(2), np.zeros(2), np.zeros((4, 2))
    yield np.array([1.0, 2.0]), np.array([2.0, 1.0]), np.full((3, 2), rng.normal())
    yield np.array([2.0, -1.0]), np.array([-3.0, 2.0]), np.array([[-1.0, 3.0], [4.0, 0.0]])


WORDS = Exercise(
    id="wild.negative_sampling",
    chapter=7,
    objective="write word2vec's loss as one yes and k noes",
    minutes=8,
    reference=negative_sampling,
    probes=lambda: list(_words()),
    cases=_any_words,
    hints=(
        "Each pair is a question of its own: does this word belong here? One yes, k noes.",
        "−log σ(context · center) − Σ log σ(−negative · center), and −log σ(s) = log(1 + e^(−s)).",
        "`positive = np.logaddexp(0, -context @ center)`, then plus the ___ of"
        " `np.logaddexp(0, ___)`",
    ),
    why="it is binary cross-entropy from logits, added over 1 + k independent questions.",
    mutants=(
        Mutant(
            "mean-for-sum",
            lambda center, context, negatives: (
                negative_sampling(center, context, negatives) / (1 + len(negatives))
            ),
            "This is the mean of the 1 + k terms, not their sum.",
            "a sum: each negative word pushes with full strength",
        ),
        Mutant(
            "negatives-averaged",
            lambda center, context, negatives: (
                np.logaddexp(0, -context @ center) + np.mean(np.logaddexp(0, negatives @ center))
            ),
            "The negative words' losses come in as their mean.",
            "their sum: k noes against one yes",
        ),
        Mutant(
            "label-swapped",
            lambda center, context, negatives: negative_sampling(-center, context, negatives),
            "The signs are exchanged: the right word is pushed away and the wrong ones pulled in.",
            "the minus: before the score of the right word inside `logaddexp`",
        ),
        Mutant(
            "negatives-pulled-in",
            lambda center, context, negatives: negative_sampling(center, context, -negatives),
            "The negative words are treated as right ones.",
            "σ(−score) for them: the probability of a no",
        ),
        Mutant(
            "softmax-for-sigmoids",
            lambda center, context, negatives: (
                np.logaddexp.reduce(np.append(negatives @ center, context @ center))
                - context @ center
            ),
            "This is the loss of one softmax over all the words: InfoNCE, another loss.",
            "1 + k separate yes-or-no questions",
        ),
    ),
)


def velocity(x0, noise, alpha_bar):
    return np.sqrt(alpha_bar) * noise - np.sqrt(1 - alpha_bar) * x0


def _pixels():
    rng = np.random.default_rng(74)
    yield np.array([1.0, -0.5]), np.array([0.3, 2.0]), 0.25
    yield rng.uniform(-1, 1, 6), rng.normal(size=6), 0.9
    yield rng.uniform(-1, 1, 16), rng.normal(size=16), 0.01


def _any_pixels(rng):
    for alpha_bar in (0.0, 0.5, 1.0, *rng.uniform(0.05, 0.95, 5)):
        size = rng.integers(1, 6)
        yield rng.uniform(-1, 1, size), rng.normal(size=size), alpha_bar
    yield rng.uniform(-1, 1, 1), rng.normal(size=1), 0.75
    yield np.zeros(3), rng.normal(size=3), 0.3
    yield 5 * rng.uniform(-1, 1, 3), 9 * rng.normal(size=3), 0.6
    yield rng.uniform(-1, 1, 4), np.zeros(4), 0.3
    yield np.full(2, 0.7), np.full(2, -1.2), 0.85
    yield np.array([1.0, -1.0, 0.0]), np.array([-2.0, 1.0, 3.0]), 0.1


VELOCITY = Exercise(
    id="wild.velocity",
    chapter=7,
    objective="write the target of v-prediction",
    minutes=5,
    reference=velocity,
    probes=lambda: list(_pixels()),
    cases=_any_pixels,
    hints=(
        "The noisy picture lies on a circle between picture and noise. The velocity is its"
        " direction of travel.",
        "x = √ᾱ x₀ + √(1 − ᾱ) ε and v = √ᾱ ε − √(1 − ᾱ) x₀.",
        "`return np.sqrt(___) * noise - np.sqrt(___) * x0`",
    ),
    why="with √ᾱ = cos φ and √(1 − ᾱ) = sin φ it is the derivative of the noisy picture in φ.",
    mutants=(
        Mutant(
            "roles-exchanged",
            lambda x0, noise, alpha_bar: velocity(noise, x0, alpha_bar),
            "The picture and the noise are exchanged here.",
            "ᾱ = 1, where nothing is noisy yet: the velocity is then the noise",
        ),
        Mutant(
            "root-left-out",
            lambda x0, noise, alpha_bar: alpha_bar * noise - (1 - alpha_bar) * x0,
            "These are the numbers without the square roots.",
            "√ᾱ and √(1 − ᾱ): their squares sum to 1",
        ),
        Mutant(
            "sign-flipped",
            lambda x0, noise, alpha_bar: -velocity(x0, noise, alpha_bar),
            "This velocity points back, from noise to picture.",
            "the signs: plus before the noise, minus before the picture",
        ),
        Mutant(
            "state-for-velocity",
            lambda x0, noise, alpha_bar: np.sqrt(alpha_bar) * x0 + np.sqrt(1 - alpha_bar) * noise,
            "This is the noisy picture itself.",
            "its direction of travel: cos becomes −sin, and sin becomes cos",
        ),
        Mutant(
            "straight-line",
            lambda x0, noise, alpha_bar: noise - x0,
            "This is ε − x₀: the velocity of rectified flow, on a straight line.",
            "v-prediction runs on a circle: √ᾱ and √(1 − ᾱ)",
        ),
    ),
)


def dpo(now_better, now_worse, then_better, then_worse, beta):
    gain_better = np.sum(now_better - then_better)
    gain_worse = np.sum(now_worse - then_worse)
    return np.log1p(np.exp(-beta * (gain_better - gain_worse)))


def _two_answers(rng, sizes, beta, spread=0.6):
    now = [-rng.exponential(2.0, size) for size in sizes]
    then = [np.minimum(logs + rng.normal(0, spread, logs.size), -0.01) for logs in now]
    return (*now, *then, beta)


def _answers():
    rng = np.random.default_rng(76)
    yield np.array([-1.0]), np.array([-2.0]), np.array([-1.5]), np.array([-0.5]), 0.5
    yield _two_answers(rng, (2, 4), 2.0)
    yield _two_answers(rng, (5, 3), 0.3)


def _any_answers(rng):
    for sizes in ((1, 1), (1, 4), (4, 1), (3, 3), (2, 7), (8, 5)):
        for beta in (rng.uniform(0.05, 0.9), rng.uniform(1.1, 4.0)):
            yield _two_answers(rng, sizes, beta)
    same = -rng.exponential(1.0, 3)
    yield same, same, same, same, 0.1
    yield same, same[:2], same, same[:2], 1.0
    yield np.zeros(2), same, same[:2], same, 0.7
    yield same, np.zeros(2), same, same[:2], 0.7


def _surprise(margin):
    return np.logaddexp(0, -margin)


def _mean_gains(now_better, now_worse, then_better, then_worse):
    return np.mean(now_better - then_better) - np.mean(now_worse - then_worse)


def _gains(now_better, now_worse, then_better, then_worse):
    return np.sum(now_better - then_better) - np.sum(now_worse - then_worse)


DPO = Exercise(
    id="wild.dpo",
    chapter=7,
    objective="compute DPO's loss of one pair from the log-probabilities of the tokens",
    minutes=8,
    reference=dpo,
    probes=lambda: list(_answers()),
    cases=_any_answers,
    hints=(
        "What counts is how much each answer gained over the reference, as a whole.",
        "Gain: now minus then, summed over the tokens. Loss: the surprise of σ(β × the difference"
        " of the gains).",
        "`gain_better = np.sum(now_better - ___)`, the worse one likewise, then\n"
        "−log σ(m) = log(1 + e^−m), with m = ___",
    ),
    why="an answer's log-probability is a sum, and what counts is how much each answer gained.",
    mutants=(
        Mutant(
            "pair-swapped",
            lambda nb, nw, tb, tw, beta: _surprise(-beta * _gains(nb, nw, tb, tw)),
            "This is the loss for a reader who liked the worse answer.",
            "the sign in the σ: the better answer's gain comes first",
        ),
        Mutant(
            "reference-forgotten",
            lambda nb, nw, tb, tw, beta: _surprise(beta * (np.sum(nb) - np.sum(nw))),
            "The two log-likelihoods are compared as they are now; `then_…` has no say.",
            "the gains: subtract the reference first",
        ),
        Mutant(
            "beta-outside",
            lambda nb, nw, tb, tw, beta: beta * _surprise(_gains(nb, nw, tb, tw)),
            "The whole loss is multiplied by β.",
            "β stands inside the σ, with the gains",
        ),
        Mutant(
            "beta-forgotten",
            lambda nb, nw, tb, tw, beta: _surprise(_gains(nb, nw, tb, tw)),
            "This is the loss with β = 1, whatever β is.",
            "the score of an answer is β times its gain",
        ),
        Mutant(
            "token-mean-gain",
            lambda nb, nw, tb, tw, beta: _surprise(beta * _mean_gains(nb, nw, tb, tw)),
            "Each gain is a mean over the answer's tokens.",
            "the probability of a whole answer is a product, so its logarithm is a sum",
        ),
        Mutant(
            "worse-left-out",
            lambda nb, nw, tb, tw, beta: _surprise(beta * np.sum(nb - tb)),
            "Only the better answer's gain is in it.",
            "a preference is about two answers: subtract the worse one's gain",
        ),
        Mutant(
            "minus-forgotten",
            lambda nb, nw, tb, tw, beta: -_surprise(beta * _gains(nb, nw, tb, tw)),
            "All is right but the sign: this loss is negative.",
            "the logarithm of a probability is never above 0, and a loss is never below",
        ),
    ),
)


def dice_of_each(p, y, smoothing):
    hits = np.sum(p * y, axis=(1, 2))
    both = np.sum(p, axis=(1, 2)) + np.sum(y, axis=(1, 2))
    return 1 - (2 * hits + smoothing) / (both + smoothing)


def _masks():
    rng = np.random.default_rng(76)
    yield np.array([[[0.8, 0.3]], [[0.6, 0.1]]]), np.array([[[1, 0]], [[0, 0]]]), 1.0
    yield rng.random((3, 2, 2)), (rng.random((3, 2, 2)) < 0.5) * 1, 0.5
    yield rng.random((2, 4, 3)), (rng.random((2, 4, 3)) < 0.2) * 1, 0.1


def _beliefs(rng, shape):
    """Probabilities that no float width takes to the other side of one half."""
    return rng.random(shape).round(2)


def _any_masks(rng):
    for shape in ((1, 1, 1), (1, 2, 3), (2, 1, 4), (3, 3, 1), (4, 2, 2), (2, 3, 5)):
        for rare, smoothing in ((0.5, 1.0), (0.2, rng.uniform(0.01, 2)), (0.8, 0.3)):
            yield _beliefs(rng, shape), (rng.random(shape) < rare) * 1, smoothing
        yield _beliefs(rng, shape), np.zeros(shape, int), 0.7
        yield _beliefs(rng, shape), np.ones(shape, int), 0.2
    y = np.array([[[1, 0], [0, 0]], [[1, 1], [1, 0]]])
    yield y * 1.0, y, 0.5
    yield np.zeros((2, 2, 2)), 0 * y, 3.0
    yield np.full((2, 2, 2), 0.5), y, 1.0


DICE = Exercise(
    id="wild.dice",
    chapter=7,
    objective="write soft Dice as a loss, one value for each mask",
    minutes=8,
    reference=dice_of_each,
    probes=lambda: list(_masks()),
    cases=_any_masks,
    hints=(
        "How much of what was coloured, or should have been, was both?",
        "1 − (2 Σ p y + ε) / (Σ p + Σ y + ε), each sum over rows and columns of one picture.",
        "`hits = np.sum(p * y, axis=(1, 2))`\n"
        "`both = ___ + ___`\n"
        "`return 1 - (___ + smoothing) / (both + ___)`",
    ),
    why="what was found stands in both sums, so it is counted twice above as it is below.",
    mutants=(
        Mutant(
            "masks-pooled",
            lambda p, y, smoothing: dice_of_each(
                p.reshape(1, 1, -1), y.reshape(1, 1, -1), smoothing
            )[0],
            "One number came back: the loss of all pictures counted as one.",
            "`axis=(1, 2)`: the sums run over one picture's pixels",
        ),
        Mutant(
            "hits-counted-once",
            lambda p, y, smoothing: (
                1
                - (np.sum(p * y, axis=(1, 2)) + smoothing)
                / (np.sum(p, axis=(1, 2)) + np.sum(y, axis=(1, 2)) + smoothing)
            ),
            "The hits are counted once above the line, and twice below it.",
            "the 2: a perfect drawing must cost 0",
        ),
        Mutant(
            "smoothed-below-only",
            lambda p, y, smoothing: (
                1
                - 2
                * np.sum(p * y, axis=(1, 2))
                / (np.sum(p, axis=(1, 2)) + np.sum(y, axis=(1, 2)) + smoothing)
            ),
            "The smoothing stands below the line only.",
            "an empty mask with nothing believed: it is perfect, and must cost 0",
        ),
        Mutant(
            "smoothed-above-only",
            lambda p, y, smoothing: (
                1
                - (2 * np.sum(p * y, axis=(1, 2)) + smoothing)
                / np.maximum(np.sum(p, axis=(1, 2)) + np.sum(y, axis=(1, 2)), 1e-300)
            ),
            "The smoothing stands above the line only.",
            "the same number below: the fraction must never exceed 1",
        ),
        Mutant(
            "thresholded",
            lambda p, y, smoothing: dice_of_each((p > 0.5) * 1, y, smoothing),
            "The probabilities were made yes or no first.",
            "soft counts: p itself, or there is no slope",
        ),
        Mutant(
            "score-for-loss",
            lambda p, y, smoothing: 1 - dice_of_each(p, y, smoothing),
            "This is the Dice score: large is good.",
            "one minus it: training goes down",
        ),
        Mutant(
            "union-for-sum",
            lambda p, y, smoothing: (
                1
                - (np.sum(p * y, axis=(1, 2)) + smoothing)
                / (np.sum(p + y - p * y, axis=(1, 2)) + smoothing)
            ),
            "This is Jaccard's loss: intersection over union.",
            "Dice divides twice the hits by the two sums",
        ),
    ),
)


def collapse(path, blank):
    merged = [label for i, label in enumerate(path) if i == 0 or label != path[i - 1]]
    return [label for label in merged if label != blank]


def _paths():
    yield [1, 1, 2], 0
    yield [3, 3, 0, 3], 0
    yield [0, 1, 0, 1, 1, 0, 2], 0
    yield [2, 2, 1, 2, 3, 3, 2, 1], 2


def _any_path(rng):
    for blank in range(5):
        other = (blank + 1 + int(rng.integers(4))) % 5
        yield [blank], blank
        yield [other], blank
        yield [other, blank, other, other], blank
        yield [blank, other, 0, 0, blank, blank, 0], blank
        for size in (3, 8):
            yield rng.integers(0, 5, size).repeat(rng.integers(1, 4, size)).tolist(), blank
    yield [0, 0, 0, 0], 3
    yield [4, 3, 2, 1, 0], 4
    yield rng.integers(0, 2, 12).tolist(), 1


def _merged(path):
    return [label for i, label in enumerate(path) if i == 0 or label != path[i - 1]]


COLLAPSE = Exercise(
    id="wild.ctc_collapse",
    chapter=7,
    objective="read a CTC path: merge repeats, then drop blanks",
    minutes=6,
    reference=collapse,
    probes=lambda: list(_paths()),
    cases=_any_path,
    hints=(
        "How could a path ever spell a double letter?",
        "First merge labels that repeat without a gap, then drop the blanks.",
        "keep a label where it differs from the one before it, then keep what is not ___",
    ),
    why="the blank keeps two equal labels apart until they have been counted as two.",
    mutants=(
        Mutant(
            "blanks-first",
            lambda path, blank: _merged([label for label in path if label != blank]),
            "Double letters come out as one, also where a blank lies between them.",
            "the order: merge, then drop",
        ),
        Mutant(
            "repeats-kept",
            lambda path, blank: [label for label in path if label != blank],
            "The blanks are gone, and nothing is merged.",
            "a label held over several frames is one label",
        ),
        Mutant(
            "blanks-kept",
            lambda path, blank: _merged(path),
            "The repeats are merged, and the blanks are still there.",
            "the blank is no label: drop it at the end",
        ),
        Mutant(
            "every-repeat-merged",
            lambda path, blank: [label for label in dict.fromkeys(path) if label != blank],
            "Each label comes out once, wherever it came.",
            "only neighbours merge",
        ),
    ),
)


def ctc_by_enumeration(p, labels, blank):
    total = 0.0
    for path in np.ndindex(*[p.shape[1]] * len(p)):
        merged = [k for i, k in enumerate(path) if i == 0 or k != path[i - 1]]
        if [k for k in merged if k != blank] == list(labels):
            total += np.prod(p[np.arange(len(p)), path])
    return -np.log(total)


def _frames():
    rng = np.random.default_rng(75)
    yield np.array([[0.6, 0.4], [0.3, 0.7]]), np.array([1]), 0
    yield rng.dirichlet(np.ones(3), 3), np.array([2, 1]), 0
    yield rng.dirichlet(np.ones(3), 4), np.array([1, 1]), 2


def _any_frames(rng):
    for labels, kinds, blank, frames in (
        ([1], 2, 0, 1),
        ([0], 2, 1, 2),
        ([1], 2, 0, 3),
        ([0], 2, 1, 4),
        ([1, 1], 2, 0, 4),
        ([0, 0], 2, 1, 3),
        ([2], 3, 0, 1),
        ([0, 2], 3, 1, 2),
        ([2, 0], 3, 1, 3),
        ([0, 1, 0], 3, 2, 3),
        ([1, 2, 2], 3, 0, 4),
        ([3, 0], 4, 1, 2),
        ([0, 2], 4, 3, 3),
    ):
        yield rng.dirichlet(np.ones(kinds), frames) * 0.9 + 0.1 / kinds, np.array(labels), blank
    yield np.full((3, 2), 0.5), np.array([1]), 0
    yield np.full((2, 3), 1 / 3), np.array([2]), 1


def _path_probabilities(p, labels, blank, read=collapse):
    steps = np.arange(len(p))
    paths = np.ndindex(*[p.shape[1]] * len(p))
    return np.array(
        [np.prod(p[steps, path]) for path in paths if read(path, blank) == list(labels)]
    )


CTC = Exercise(
    id="wild.ctc_loss",
    chapter=7,
    objective="find the CTC loss by adding up every path that spells the labels",
    minutes=15,
    reference=ctc_by_enumeration,
    probes=lambda: list(_frames()),
    cases=_any_frames,
    hints=(
        "Nobody says in which frame a label is spoken. So every path that reads right counts.",
        "−log Σ over the paths that collapse to the labels of Π p[frame, label of the path].",
        "`for path in np.ndindex(*[p.shape[1]] * len(p)):`\n"
        "`    if` the path collapses to the labels: add `np.prod(p[np.arange(len(p)), ___])`\n"
        "and at the end minus the log of the sum",
    ),
    why="paths exclude each other, so their probabilities add; the log comes last.",
    mutants=(
        Mutant(
            "best-path-only",
            lambda p, labels, blank: -np.log(np.max(_path_probabilities(p, labels, blank))),
            "This is the loss of the most likely path alone.",
            "the sum over all paths that read right: each of them is an explanation",
        ),
        Mutant(
            "mean-of-logs",
            lambda p, labels, blank: np.mean(-np.log(_path_probabilities(p, labels, blank))),
            "This is the mean of the paths' surprises.",
            "the order: add the probabilities, then one logarithm",
        ),
        Mutant(
            "log-left-out",
            lambda p, labels, blank: -np.sum(_path_probabilities(p, labels, blank)),
            "This is −p of the labels: the logarithm is missing.",
            "one −log around the sum",
        ),
        Mutant(
            "minus-forgotten",
            lambda p, labels, blank: np.log(np.sum(_path_probabilities(p, labels, blank))),
            "All is right but the sign: this loss is negative.",
            "the logarithm of a probability is never above 0, and a loss is never below",
        ),
        Mutant(
            "repeats-kept",
            lambda p, labels, blank: (
                -np.log(
                    np.sum(
                        _path_probabilities(
                            p, labels, blank, lambda path, blank: [k for k in path if k != blank]
                        )
                    )
                )
            ),
            "These are the paths without their blanks, and no repeats merged.",
            "a label held over several frames is one label: merge first",
        ),
    ),
)


def by_hand(classes):
    return np.log(classes), float(classes), np.log2(classes)


BY_HAND = Exercise(
    id="wild.by_hand",
    chapter=7,
    objective="recognise the loss of a language model that has learned nothing",
    minutes=5,
    reference=by_hand,
    probes=lambda: [(128,)],
    question=lambda classes: (
        f"A language model has {classes:,} tokens to choose from, and has learned nothing: it gives"
        " each the same probability. What is its loss in nats? Its perplexity? Its loss in bits?"
        " Two decimals."
    ),
    draw=lambda rng: (int(rng.integers(20, 5001)),),
    decimals=2,
    hints=(
        "How surprised is someone who finds all of them equally likely?",
        "ln K nats; perplexity is exp of the nats; bits are nats / ln 2.",
        "ln(K); e^(ln K) = ___; log₂(K)",
    ),
    why="−log(1/K) = log K. A loss stuck there means: nothing has been learned yet.",
    mutants=(
        Mutant(
            "bits-for-nats",
            lambda classes: (np.log2(classes), float(classes), np.log2(classes)),
            "The first number is in bits.",
            "the natural logarithm",
        ),
        Mutant(
            "nats-for-bits",
            lambda classes: (np.log(classes), float(classes), np.log(classes)),
            "The last number is in nats.",
            "divide by ln 2: there are more bits than nats",
        ),
        Mutant(
            "conversion-turned-around",
            lambda classes: (np.log(classes), float(classes), np.log(classes) * np.log(2)),
            "The last number is nats times ln 2.",
            "a bit is smaller than a nat, so there must be more of them: divide",
        ),
        Mutant(
            "base-mixed",
            lambda classes: (np.log(classes), 2 ** np.log(classes), np.log2(classes)),
            "The perplexity is 2 to the power of nats.",
            "e to the power of nats, or 2 to the power of bits",
        ),
        Mutant(
            "common-logarithm",
            lambda classes: (np.log10(classes), float(classes), np.log2(classes)),
            "The first number is a logarithm to base 10.",
            "the natural logarithm, ln on a calculator",
        ),
    ),
)

EXERCISES = (TOKENS, ANSWERS, CLIP, WORDS, VELOCITY, DPO, DICE, COLLAPSE, CTC, BY_HAND)
