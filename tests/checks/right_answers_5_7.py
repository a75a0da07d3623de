"""Right answers to the exercises of chapters 5 to 7, in other styles than the solutions."""

import itertools
import math

import numpy as np
import scipy.special


def log_sigmoid_in_two_branches(logits):
    return np.where(
        logits >= 0,
        -np.log1p(np.exp(-np.abs(logits))),
        logits - np.log1p(np.exp(-np.abs(logits))),
    )


def log_sigmoid_by_scipy(logits):
    return scipy.special.log_expit(logits)


def log_sigmoid_in_a_loop(logits):
    result = []
    for z in logits:
        if z > 0:
            result.append(-math.log1p(math.exp(-z)))
        else:
            result.append(z - math.log1p(math.exp(z)))
    return result


def binary_by_label(logits, labels):
    return np.where(labels == 1, np.logaddexp(0, -logits), np.logaddexp(0, logits))


def binary_with_signs(logits, labels):
    return np.logaddexp(0, (1 - 2 * labels) * logits)


def binary_by_scipy(logits, labels):
    log_p, log_rest = scipy.special.log_expit(logits), scipy.special.log_expit(-logits)
    return -(labels * log_p + (1 - labels) * log_rest)


def binary_in_a_loop(logits, labels):
    losses = []
    for z, y in zip(logits, labels, strict=True):
        wrong = -z if y == 1 else z
        losses.append(max(wrong, 0) + math.log1p(math.exp(-abs(wrong))))
    return losses


def logsumexp_reduced(logits):
    return np.logaddexp.reduce(logits, axis=1)


def logsumexp_by_scipy(logits):
    return scipy.special.logsumexp(logits, axis=-1)


def logsumexp_in_a_loop(logits):
    result = []
    for row in logits:
        largest = max(row)
        if largest == -math.inf:
            result.append(-math.inf)
            continue
        result.append(largest + math.log(sum(math.exp(z - largest) for z in row)))
    return result


def logsumexp_pair_by_pair(logits):
    result = np.full(len(logits), -np.inf)
    for k in range(logits.shape[1]):
        result = np.logaddexp(result, logits[:, k])
    return result


def divergence_by_scipy(p_logits, q_logits):
    log_p = scipy.special.log_softmax(p_logits, axis=1)
    log_q = scipy.special.log_softmax(q_logits, axis=1)
    return np.einsum("nk,nk->n", np.exp(log_p), log_p - log_q)


def divergence_by_expected_difference(p_logits, q_logits):
    p = scipy.special.softmax(p_logits, axis=1)
    shift = scipy.special.logsumexp(q_logits, axis=1) - scipy.special.logsumexp(p_logits, axis=1)
    return np.sum(p * (p_logits - q_logits), axis=1) + shift


def divergence_in_a_loop(p_logits, q_logits):
    result = []
    for p_row, q_row in zip(p_logits, q_logits, strict=True):
        p_top, q_top = max(p_row), max(q_row)
        p_sum = sum(math.exp(z - p_top) for z in p_row)
        q_sum = sum(math.exp(z - q_top) for z in q_row)
        total = 0.0
        for p_z, q_z in zip(p_row, q_row, strict=True):
            log_p = p_z - p_top - math.log(p_sum)
            log_q = q_z - q_top - math.log(q_sum)
            total += math.exp(log_p) * (log_p - log_q)
        result.append(total)
    return result


def merge_in_two_branches(maximum, total, block):
    largest = block.max()
    if largest > maximum:
        total = total * np.exp(maximum - largest)
        maximum = largest
    return maximum, total + np.exp(block - maximum).sum()


def merge_one_by_one(maximum, total, block):
    for z in block:
        if z <= maximum:
            total = total + math.exp(z - maximum)
        else:
            total = total * math.exp(maximum - z) + 1
            maximum = z
    return maximum, total


def merge_in_log_space(maximum, total, block):
    largest = max(maximum, max(block))
    everything = np.logaddexp(np.logaddexp.reduce(block), maximum + np.log(total))
    return largest, np.exp(everything - largest)


def decide_by_logit(logits, threshold):
    return logits >= np.log(threshold / (1 - threshold))


def decide_by_odds(logits, threshold):
    return np.exp(logits) * (1 - threshold) >= threshold


def decide_in_a_loop(logits, threshold):
    answers = []
    for z in logits:
        answers.append(1 / (1 + math.exp(-z)) >= threshold)
    return answers


def smooth_by_filling(labels, classes, smoothing):
    soft = np.full((len(labels), classes), smoothing / classes)
    soft[np.arange(len(labels)), labels] += 1 - smoothing
    return soft


def smooth_by_comparison(labels, classes, smoothing):
    true = labels[:, None] == np.arange(classes)
    return np.where(true, 1 - smoothing + smoothing / classes, smoothing / classes)


def smooth_in_a_loop(labels, classes, smoothing):
    rows = []
    for label in labels:
        row = [smoothing / classes] * classes
        row[label] = 1 - smoothing * (classes - 1) / classes
        rows.append(row)
    return rows


def focal_with_both_terms(logits, labels, alpha, gamma):
    p = np.clip(scipy.special.expit(logits), 1e-12, 1 - 1e-12)
    of_yes = -alpha * (1 - p) ** gamma * np.log(p)
    of_no = -(1 - alpha) * p**gamma * np.log(1 - p)
    return labels * of_yes + (1 - labels) * of_no


def focal_from_log_probabilities(logits, labels, alpha, gamma):
    signs = 2 * labels - 1
    surprise = np.logaddexp(0, -signs * logits)
    weights = (1 - alpha) + labels * (2 * alpha - 1)
    return weights * (-np.expm1(-surprise)) ** gamma * surprise


def focal_in_a_loop(logits, labels, alpha, gamma):
    losses = []
    for z, y in zip(logits, labels, strict=True):
        p = 1 / (1 + math.exp(-z))
        if y == 1:
            losses.append(-alpha * (1 - p) ** gamma * math.log(p))
        else:
            losses.append(-(1 - alpha) * p**gamma * math.log(1 - p))
    return losses


def weighted_by_average(losses, labels, weights):
    return np.average(losses, weights=weights[labels])


def weighted_by_class(losses, labels, weights):
    counts = np.bincount(labels, minlength=len(weights))
    sums = np.bincount(labels, weights=losses, minlength=len(weights))
    return (weights @ sums) / (weights @ counts)


def weighted_in_a_loop(losses, labels, weights):
    above = below = 0.0
    for loss, label in zip(losses, labels, strict=True):
        above += weights[label] * loss
        below += weights[label]
    return above / below


def distillation_by_scipy(student_logits, teacher_logits, temperature):
    p = scipy.special.softmax(teacher_logits / temperature, axis=1)
    q = scipy.special.softmax(student_logits / temperature, axis=1)
    return temperature**2 * scipy.special.rel_entr(p, q).sum(axis=1)


def distillation_from_plain_softmaxes(student_logits, teacher_logits, temperature):
    p = np.exp(teacher_logits / temperature)
    q = np.exp(student_logits / temperature)
    p = p / p.sum(axis=1, keepdims=True)
    q = q / q.sum(axis=1, keepdims=True)
    return temperature**2 * np.einsum("nk,nk->n", p, np.log(p / q))


def distillation_in_a_loop(student_logits, teacher_logits, temperature):
    losses = []
    for student, teacher in zip(student_logits, teacher_logits, strict=True):
        p = [math.exp(z / temperature) for z in teacher]
        q = [math.exp(z / temperature) for z in student]
        p_sum, q_sum = sum(p), sum(q)
        total = 0.0
        for a, b in zip(p, q, strict=True):
            total += a / p_sum * math.log((a / p_sum) / (b / q_sum))
        losses.append(temperature**2 * total)
    return losses


def pinball_by_side(predictions, targets, quantile):
    errors = targets - predictions
    return np.where(errors >= 0, quantile * errors, (quantile - 1) * errors)


def pinball_by_absolute_error(predictions, targets, quantile):
    errors = targets - predictions
    return np.abs(errors) / 2 + (quantile - 0.5) * errors


def pinball_in_a_loop(predictions, targets, quantile):
    losses = []
    for prediction, target in zip(predictions, targets, strict=True):
        if target > prediction:
            losses.append(quantile * (target - prediction))
        else:
            losses.append((1 - quantile) * (prediction - target))
    return losses


def adjusted_by_scipy(logits, labels, shares):
    log_p = scipy.special.log_softmax(logits + np.log(shares), axis=1)
    return -log_p[range(len(labels)), labels]


def adjusted_by_odds(logits, labels, shares):
    odds = shares * np.exp(logits)
    p = odds / odds.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(p)), labels])


def adjusted_in_a_loop(logits, labels, shares):
    losses = []
    for row, label in zip(logits, labels, strict=True):
        total = sum(share * math.exp(z) for share, z in zip(shares, row, strict=True))
        losses.append(math.log(total) - row[label] - math.log(shares[label]))
    return losses


def gaussian_by_precision(means, log_variances, targets, beta):
    errors = targets - means
    scaled = errors**2 * np.exp(-log_variances)
    loudness = np.exp(beta * log_variances)
    return -loudness * errors * np.exp(-log_variances), loudness * (0.5 - scaled / 2)


def gaussian_by_powers(means, log_variances, targets, beta):
    variance = np.exp(log_variances)
    at_means = (means - targets) * variance ** (beta - 1)
    return at_means, 0.5 * variance**beta - 0.5 * at_means * (means - targets)


def gaussian_in_a_loop(means, log_variances, targets, beta):
    at_means, at_spreads = [], []
    for m, s, t in zip(means, log_variances, targets, strict=True):
        weight = math.exp(beta * s)
        at_means.append(weight * (m - t) / math.exp(s))
        at_spreads.append(weight * (1 - (m - t) ** 2 / math.exp(s)) / 2)
    return at_means, at_spreads


def level_by_shares(scores, labels, cuts):
    below = scipy.special.expit(cuts[:, None] - scores)
    ends = np.zeros((1, len(scores))), np.ones((1, len(scores)))
    shares = np.diff(np.vstack([ends[0], below, ends[1]]), axis=0)
    return -np.log(shares[labels, np.arange(len(scores))])


def level_in_three_factors(scores, labels, cuts):
    edges = np.concatenate([[-np.inf], cuts, [np.inf]])
    lower, upper = edges[labels], edges[labels + 1]
    both = np.logaddexp(0, lower - scores) + np.logaddexp(0, scores - upper)
    return both - np.log1p(-np.exp(lower - upper))


def level_in_a_loop(scores, labels, cuts):
    losses = []
    for score, label in zip(scores, labels, strict=True):
        p = 1.0
        if label > 0:
            p = 1 / (1 + math.exp(cuts[label - 1] - score))
        if label < len(cuts):
            p -= 1 / (1 + math.exp(cuts[label] - score))
        losses.append(-math.log(p))
    return losses


def token_mean_counted(losses, targets):
    total, kept = 0.0, 0
    for some, theirs in zip(losses, targets, strict=True):
        mask = theirs >= 0
        total += np.sum(some[mask])
        kept += np.count_nonzero(mask)
    return total / kept


def token_mean_in_a_loop(losses, targets):
    kept = []
    for some, theirs in zip(losses, targets, strict=True):
        for loss, target in zip(some, theirs, strict=True):
            if target == -100:
                continue
            kept.append(loss)
    return sum(kept) / len(kept)


def token_mean_by_average(losses, targets):
    weights = np.hstack(targets) != -100
    return np.average(np.hstack(losses), weights=weights)


def answers_cut_out(losses, prompts, lengths):
    pieces = []
    for row, prompt, length in zip(losses, prompts, lengths, strict=True):
        pieces.append(row[prompt - 1 : length - 1])
    return np.concatenate(pieces).mean()


def answers_in_a_loop(losses, prompts, lengths):
    total, count = 0.0, 0
    for row, prompt, length in zip(losses, prompts, lengths, strict=True):
        for position, loss in enumerate(row):
            if prompt - 1 <= position < length - 1:
                total += loss
                count += 1
    return total / count


def answers_by_where(losses, prompts, lengths):
    read = np.arange(losses.shape[1])
    before = read < prompts[:, np.newaxis] - 1
    after = read > lengths[:, np.newaxis] - 2
    return np.mean(losses, where=~(before | after))


def clip_from_softmaxes(images, texts, log_scale):
    images = images / np.sqrt((images**2).sum(axis=1))[:, None]
    texts = texts / np.sqrt((texts**2).sum(axis=1))[:, None]
    scores = np.exp(np.exp(log_scale) * np.einsum("id,jd->ij", images, texts))
    by_image = -np.log(np.diag(scores) / scores.sum(axis=1))
    by_text = -np.log(np.diag(scores) / scores.sum(axis=0))
    return np.mean([by_image, by_text])


def clip_by_scipy(images, texts, log_scale):
    cosines = images @ texts.T
    cosines = cosines / np.outer(np.linalg.norm(images, axis=1), np.linalg.norm(texts, axis=1))
    logits = math.exp(log_scale) * cosines
    both = scipy.special.log_softmax(logits, axis=0) + scipy.special.log_softmax(logits, axis=1)
    return -np.trace(both) / (2 * len(images))


def clip_in_a_loop(images, texts, log_scale):
    count = len(images)
    table = np.zeros((count, count))
    for i in range(count):
        for j in range(count):
            lengths = math.sqrt(images[i] @ images[i]) * math.sqrt(texts[j] @ texts[j])
            table[i, j] = math.exp(log_scale) * (images[i] @ texts[j]) / lengths
    total = 0.0
    for i in range(count):
        total += math.log(sum(math.exp(z) for z in table[i])) - table[i, i]
        total += math.log(sum(math.exp(z) for z in table[:, i])) - table[i, i]
    return total / (2 * count)


def words_from_probabilities(center, context, negatives):
    p = 1 / (1 + np.exp(-context @ center))
    rest = 1 / (1 + np.exp(-negatives @ center))
    return -np.log(p) - np.sum(np.log(1 - rest))


def words_stacked(center, context, negatives):
    scores = np.vstack([context, -negatives]) @ center
    return -scipy.special.log_expit(scores).sum()


def words_in_a_loop(center, context, negatives):
    loss = math.log1p(math.exp(-sum(a * b for a, b in zip(center, context, strict=True))))
    for word in negatives:
        loss += math.log1p(math.exp(sum(a * b for a, b in zip(center, word, strict=True))))
    return loss


def velocity_by_angle(x0, noise, alpha_bar):
    angle = np.arccos(np.sqrt(alpha_bar))
    return np.cos(angle) * noise - np.sin(angle) * x0


def velocity_from_the_state(x0, noise, alpha_bar):
    shares = np.array([[math.sqrt(alpha_bar)], [-math.sqrt(1 - alpha_bar)]])
    return (shares * np.stack([noise, x0])).sum(axis=0)


def velocity_in_a_loop(x0, noise, alpha_bar):
    a, b = alpha_bar**0.5, (1 - alpha_bar) ** 0.5
    return [a * e - b * x for x, e in zip(x0, noise, strict=True)]


def dpo_from_ratios(now_better, now_worse, then_better, then_worse, beta):
    better = math.exp(sum(now_better) - sum(then_better))
    worse = math.exp(sum(now_worse) - sum(then_worse))
    return -math.log(better**beta / (better**beta + worse**beta))


def dpo_by_scipy(now_better, now_worse, then_better, then_worse, beta):
    margin = now_better.sum() - now_worse.sum() - then_better.sum() + then_worse.sum()
    return -scipy.special.log_expit(beta * margin)


def dpo_in_a_loop(now_better, now_worse, then_better, then_worse, beta):
    margin = 0.0
    for now, then in zip(now_better, then_better, strict=True):
        margin += beta * (now - then)
    for now, then in zip(now_worse, then_worse, strict=True):
        margin -= beta * (now - then)
    return -math.log(1 / (1 + math.exp(-margin)))


def dice_from_counts(p, y, smoothing):
    p, y = p.reshape(len(p), -1), y.reshape(len(y), -1)
    alarms, misses = (p * (1 - y)).sum(axis=1), ((1 - p) * y).sum(axis=1)
    return (alarms + misses) / (2 * (p * y).sum(axis=1) + alarms + misses + smoothing)


def dice_by_einsum(p, y, smoothing):
    hits = np.einsum("nij,nij->n", p, y)
    return 1 - (2 * hits + smoothing) / (np.einsum("nij->n", p + y) + smoothing)


def dice_in_a_loop(p, y, smoothing):
    losses = []
    for belief, truth in zip(p, y, strict=True):
        hits = belief[truth == 1].sum()
        losses.append(1 - (2 * hits + smoothing) / (belief.sum() + truth.sum() + smoothing))
    return losses


def collapse_by_group(path, blank):
    return [label for label, _ in itertools.groupby(path) if label != blank]


def collapse_with_memory(path, blank):
    labels, before = [], blank
    for label in path:
        if label != before and label != blank:
            labels = [*labels, label]
        before = label
    return labels


def collapse_by_mask(path, blank):
    path = np.array(path)
    starts = np.append(True, path[1:] != path[:-1])
    return path[starts & (path != blank)]


def ctc_in_log_space(p, labels, blank):
    logs = []
    for path in itertools.product(range(p.shape[1]), repeat=p.shape[0]):
        spelled = [k for k, _ in itertools.groupby(path) if k != blank]
        if spelled == list(labels):
            logs.append(sum(math.log(p[t, k]) for t, k in enumerate(path)))
    return -scipy.special.logsumexp(logs)


def ctc_forward(p, labels, blank):
    states = [blank]
    for label in labels:
        states += [label, blank]
    alpha = np.zeros(len(states))
    alpha[:2] = p[0, states[:2]]
    for frame in p[1:]:
        before = alpha.copy()
        for s in range(len(states)):
            total = before[s]
            if s >= 1:
                total += before[s - 1]
            if s >= 2 and states[s] != blank and states[s] != states[s - 2]:
                total += before[s - 2]
            alpha[s] = total * frame[states[s]]
    return -np.log(alpha[-1] + alpha[-2])


def ctc_by_prefixes(p, labels, blank):
    beams = {((), blank): 1.0}
    for frame in p:
        grown = {}
        for (spelled, last), chance in beams.items():
            for k in range(len(frame)):
                longer = spelled if k in (blank, last) else (*spelled, k)
                grown[longer, k] = grown.get((longer, k), 0.0) + chance * frame[k]
        beams = grown
    return -math.log(sum(c for (spelled, _), c in beams.items() if spelled == tuple(labels)))


RIGHT = {
    "stable.log_sigmoid": [
        log_sigmoid_in_two_branches,
        log_sigmoid_by_scipy,
        log_sigmoid_in_a_loop,
    ],
    "stable.binary": [binary_by_label, binary_with_signs, binary_by_scipy, binary_in_a_loop],
    "stable.logsumexp": [
        logsumexp_reduced,
        logsumexp_by_scipy,
        logsumexp_in_a_loop,
        logsumexp_pair_by_pair,
    ],
    "stable.divergence": [
        divergence_by_scipy,
        divergence_by_expected_difference,
        divergence_in_a_loop,
    ],
    "stable.merge": [merge_in_two_branches, merge_one_by_one, merge_in_log_space],
    "more.decide": [decide_by_logit, decide_by_odds, decide_in_a_loop],
    "more.smooth": [smooth_by_filling, smooth_by_comparison, smooth_in_a_loop],
    "more.focal": [focal_with_both_terms, focal_from_log_probabilities, focal_in_a_loop],
    "more.weighted": [weighted_by_average, weighted_by_class, weighted_in_a_loop],
    "more.distillation": [
        distillation_by_scipy,
        distillation_from_plain_softmaxes,
        distillation_in_a_loop,
    ],
    "more.pinball": [pinball_by_side, pinball_by_absolute_error, pinball_in_a_loop],
    "more.adjusted": [adjusted_by_scipy, adjusted_by_odds, adjusted_in_a_loop],
    "more.gaussian": [gaussian_by_precision, gaussian_by_powers, gaussian_in_a_loop],
    "more.levels": [level_by_shares, level_in_three_factors, level_in_a_loop],
    "wild.token_mean": [token_mean_counted, token_mean_in_a_loop, token_mean_by_average],
    "wild.answer_mean": [answers_cut_out, answers_in_a_loop, answers_by_where],
    "wild.clip": [clip_from_softmaxes, clip_by_scipy, clip_in_a_loop],
    "wild.negative_sampling": [words_from_probabilities, words_stacked, words_in_a_loop],
    "wild.velocity": [velocity_by_angle, velocity_from_the_state, velocity_in_a_loop],
    "wild.dpo": [dpo_from_ratios, dpo_by_scipy, dpo_in_a_loop],
    "wild.dice": [dice_from_counts, dice_by_einsum, dice_in_a_loop],
    "wild.ctc_collapse": [collapse_by_group, collapse_with_memory, collapse_by_mask],
    "wild.ctc_loss": [ctc_in_log_space, ctc_forward, ctc_by_prefixes],
}
