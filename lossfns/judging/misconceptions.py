"""The ideas that lead to wrong answers: what each is called, and why it matters."""

from __future__ import annotations

from typing import NamedTuple


class Misconception(NamedTuple):
    """An idea that leads astray: a title for teachers, a reason to care for learners."""

    title: str
    matters: str


MISCONCEPTIONS = {
    "input-changed": Misconception(
        "Inputs are changed in place",
        "The caller's data is no longer what it was: run the cell twice and the result differs.",
    ),
    # Averages and factors
    "sum-for-mean": Misconception(
        "The sum is taken for the mean",
        "A sum grows with the batch, so the learning rate that worked stops working.",
    ),
    "one-over-n-forgotten": Misconception(
        "The gradient of a mean lacks its 1/N",
        "Every step is N times too long. With a large batch, training flies apart.",
    ),
    "two-forgotten": Misconception(
        "The square's factor 2 is missing from the gradient",
        "It is the gradient of half the loss. Beside the whole loss, a gradient check fails.",
    ),
    "sign-flipped": Misconception(
        "The sign of the gradient is flipped",
        "Descent then climbs: the loss grows with every step.",
    ),
    "error-turned": Misconception(
        "The error is truth minus guess, and its sign stays in the slope",
        "Descent then drives the mean away from its target, while the spread learns as it should.",
    ),
    "half-kept": Misconception(
        "A half stands before the square",
        "It tidies the gradient, but it is another number, and it can't be compared with an MSE.",
    ),
    "root-taken": Misconception(
        "The root is taken: RMSE for MSE",
        "It has the same best answer, another slope, and other units: the two can't be compared.",
    ),
    "absolute-for-square": Misconception(
        "Absolute errors are averaged",
        "That loss has another best answer, the median, and pushes of one size at every distance.",
    ),
    "signs-cancel": Misconception(
        "Errors are averaged before they are squared",
        "Too high and too low cancel: a model that is always wrong can look perfect.",
    ),
    "one-slope-for-all": Misconception(
        "One slope comes back for all predictions",
        "Each prediction needs its own slope; two opposite ones added up push nobody.",
    ),
    "loss-for-gradient": Misconception(
        "The loss is returned where its slope is asked for",
        "A loss has no direction: it can't tell a guess that is too high from one too low.",
    ),
    "broadcast": Misconception(
        "(N,) meets (N, 1): every prediction is compared with every target",
        "N guesses make N × N errors without a word, and the best answer becomes the mean for all.",
    ),
    "axis-left-out": Misconception(
        "The average is taken along one axis only",
        "What comes back is an array where one number is needed; the next line broadcasts again.",
    ),
    "mean-median-swapped": Misconception(
        "Mean and median change places",
        "You would choose the robust loss for the wrong reason, and be pulled by every outlier.",
    ),
    "mean-for-every-loss": Misconception(
        "The mean is thought best for every loss",
        "The loss decides what the best guess is. Choose the loss, and you choose the statistic.",
    ),
    "midrange-for-median": Misconception(
        "Halfway between the extremes is taken for the median",
        "It is made of the two most extreme values: nothing is pulled further by an outlier.",
    ),
    "unsorted-median": Misconception(
        "The middle of the list is taken without sorting",
        "Shuffle the data and the answer changes, although the data did not.",
    ),
    "input-left-out-of-chain": Misconception(
        "The chain rule stops before the input",
        "A weight's slope is its output's slope times what the weight was multiplied by.",
    ),
    "half-updated": Misconception(
        "One parameter moves before the other's gradient is taken",
        "The two gradients belong to two different models; neither is the slope of the loss.",
    ),
    # Through a sigmoid or a softmax
    "activation-slope-forgotten": Misconception(
        "The chain rule stops at the probability",
        "Then nothing shows why squared error goes quiet: the factor that mutes it is missing.",
    ),
    "activation-slope-kept": Misconception(
        "The sigmoid's slope is counted once too often",
        "It brings back the factor that cross-entropy cancels, and with it the vanishing push.",
    ),
    "gradient-at-probability": Misconception(
        "The gradient is taken at the probability, not at the logit",
        "It explodes as p goes to 0 or 1; weights are reached through the logit, where it doesn't.",
    ),
    "cross-entropy-nudge": Misconception(
        "p − y is taken for squared error's slope",
        "It would mean that squared error never goes quiet, and that the choice of loss is idle.",
    ),
    "squared-error-nudge": Misconception(
        "Squared error's slope is used under the name of cross-entropy",
        "It trains, so a falling loss does not betray it; only a gradient check does.",
    ),
    "diagonal-jacobian": Misconception(
        "The softmax's diagonal is taken for its Jacobian",
        "It can never show a push the wrong way, and its slopes don't sum to zero.",
    ),
    "logit-for-probability": Misconception(
        "A logit is put where a probability belongs",
        "A logit can be any number. Formulas for probabilities then give nonsense, without a word.",
    ),
    "thresholded": Misconception(
        "A probability is rounded to yes or no before the loss sees it",
        "A step has no slope: nearly right and just wrong can't be told apart, nothing is learned.",
    ),
    "loudest-at-half": Misconception(
        "The push is thought loudest where the sigmoid is steepest",
        "The error's slope counts as well: the top lies nearer to the wrong end.",
    ),
    "steepest-in-probability": Misconception(
        "Steep in the probability is taken for steep in the logit",
        "Training moves logits: squared error is steepest at p = 0, and flat there in the logit.",
    ),
    "label-swapped": Misconception(
        "The two labels change places",
        "The model is taught the opposite, and learns it well.",
    ),
    "true-class-counted": Misconception(
        "The true class is counted among the wrong ones",
        "Up is the right way for it, so the fault would look larger than it is.",
    ),
    "true-class-left-out": Misconception(
        "The true class's own probability is left out",
        "It is part of the sign. Without it, most wrong classes seem pushed the wrong way.",
    ),
    "true-class-only": Misconception(
        "Only the true class is counted",
        "What the true class gains, the others must lose: one logit alone is half of it.",
    ),
    "strongest-for-weakest": Misconception(
        "The strongest wrong class is thought to be pushed up",
        "It never is. The push the wrong way helps the weak at the cost of the strongest.",
    ),
    "classes-averaged": Misconception(
        "The mean runs over the classes too",
        "Loss and slopes shrink with the number of classes: comparisons are off by that factor.",
    ),
    # Cross-entropy
    "one-term-only": Misconception(
        "Only the term for label 1 is written",
        "A confident false alarm costs nothing, so the model learns to say yes to everything.",
    ),
    "minus-forgotten": Misconception(
        "The minus before the logarithm is missing",
        "Going downhill then makes the right answer less likely.",
    ),
    "bits-for-nats": Misconception(
        "The logarithm to base 2 is used where nats are meant",
        "Every value is 1.4427 times too large, and so is every slope: p − y holds in nats only.",
    ),
    "nats-for-bits": Misconception(
        "Nats are called bits",
        "The number is 0.6931 of what it should be: a file seems nearly a third too small.",
    ),
    "conversion-turned-around": Misconception(
        "Nats are turned into bits by multiplying with ln 2",
        "The error is squared: the result is less than half of what it should be.",
    ),
    "averaged-too-early": Misconception(
        "The mean is taken inside the loss",
        "Nobody can weigh, mask or inspect single examples any more.",
    ),
    "softmax-over-batch": Misconception(
        "The softmax runs over the examples, not the classes",
        "The guess for one picture then depends on the other pictures in its batch.",
    ),
    "softmax-over-everything": Misconception(
        "The softmax is normalised over the whole batch",
        "Each row's probabilities shrink with the size of the batch.",
    ),
    "one-shift-for-all": Misconception(
        "One maximum is subtracted from the whole batch",
        "One loud example turns all the quiet ones into nan.",
    ),
    "exp-overflow": Misconception(
        "The exponential overflows",
        "One large logit, and every weight of the model becomes nan after the next step.",
    ),
    "sigmoid-for-softmax": Misconception(
        "Each class gets a sigmoid of its own",
        "It is the right choice for several labels at once; for one of K the sum is not 1.",
    ),
    "softmax-twice": Misconception(
        "Softmax is applied to what is a softmax already",
        "The loss can't fall below log(1 + (K − 1)/e), and training is slow without an error.",
    ),
    "log-of-zero": Misconception(
        "The logarithm meets a probability that rounded to 0",
        "The loss is infinite and its gradient nan, although the true loss is a plain number.",
    ),
    "clip-hides": Misconception(
        "A clip hides what is very wrong",
        "Beyond the clip the loss is flat: the gradient is 0 just where it is needed most.",
    ),
    "one-against-rest": Misconception(
        "Binary cross-entropy is used on a softmax's classes",
        "Wrong classes are paid for twice, and the slope is no longer p − y.",
    ),
    "log-left-out": Misconception(
        "A negative log-likelihood is fed probabilities: −p",
        "It has no logarithm, so it goes quiet when the model is most wrong. Nothing warns.",
    ),
    "number-for-one-hot": Misconception(
        "The class number is used as if it were a one-hot label",
        "Broadcasting hides it. Class 7 then pushes about seven times as hard as class 1.",
    ),
    "labels-of-whole-batch": Misconception(
        "Whole columns are picked where one entry per row is meant",
        "Every example is pushed towards the labels of all the others in its batch.",
    ),
    "bias-left-out": Misconception(
        "The biases never learn",
        "A class that is simply more frequent can't be made more likely.",
    ),
    # Information
    "zero-log-zero": Misconception(
        "0 × log 0 becomes nan",
        "One impossible outcome spoils the whole sum.",
    ),
    "surprise-unweighted": Misconception(
        "Surprises are added without their probabilities",
        "What almost never happens would count as much as what happens every day.",
    ),
    "mean-over-outcomes": Misconception(
        "The sum over the outcomes is divided by their number",
        "The result is K times too small: the mean over all elements, where the batch's is meant.",
    ),
    "divergence-swapped": Misconception(
        "The arguments of the KL divergence are swapped",
        "It is not symmetric: the one forgives what is missed, the other what is made up.",
    ),
    "weighted-by-forecast": Misconception(
        "The average is taken over the forecast, not over what happens",
        "Such a number can go below zero, and it grows when the forecast believes itself more.",
    ),
    "cross-entropy-for-divergence": Misconception(
        "Cross-entropy is taken for the KL divergence",
        "Their gradients agree, their values don't: a perfect forecast would not get 0.",
    ),
    "difference-of-entropies": Misconception(
        "The KL divergence is taken for a difference of two entropies",
        "Two different distributions can have equal entropy, and it would call them the same.",
    ),
    "mean-for-sum": Misconception(
        "The mean is taken where a sum is meant",
        "It is the price of one piece, not of the whole.",
    ),
    "whole-bits": Misconception(
        "Every symbol is thought to need whole bits",
        "A symbol of p = 0.9 costs 0.152 bits, not 1: the loss would be no code length any more.",
    ),
    "expected-for-actual": Misconception(
        "The expected value is returned for the one that came",
        "A loss is measured on what happened; the entropy is only its average.",
    ),
    "uniform-code": Misconception(
        "Every symbol is given the same length",
        "It is the code of someone who knows nothing: log of the number of symbols.",
    ),
    "mean-of-exponentials": Misconception(
        "Perplexities are averaged, not surprises",
        "The exponential is curved, so this is always larger, and ruled by the worst token.",
    ),
    "mean-of-batch-means": Misconception(
        "Means of unequal batches are averaged",
        "A token in a short batch counts more than one in a long batch.",
    ),
    "base-mixed": Misconception(
        "Logarithm and exponential have different bases",
        "The perplexity comes out too small, and a model looks better than it is.",
    ),
    "bits-on-logits": Misconception(
        "A logarithm to base 2 is added to logits",
        "A softmax undoes the natural logarithm only: the shift is 1.4427 times too large in it.",
    ),
    "bits-after-exp": Misconception(
        "What e^z has made is undone by a logarithm to base 2",
        "Logits are in nats: a logit z comes back as 1.4427 z, while one that is added stays z.",
    ),
    "exp-left-out": Misconception(
        "The cross-entropy is reported as the perplexity",
        "One is in nats, the other a number of choices: they can't stand in one column.",
    ),
    "rows-weighted-equally": Misconception(
        "Rare and frequent contexts are weighed alike",
        "The floor is that of another text, in which every character comes equally often.",
    ),
    "joint-for-conditional": Misconception(
        "The entropy of pairs is taken for that of the next symbol",
        "The surprise of the current symbol, already paid for, is paid again.",
    ),
    "context-ignored": Misconception(
        "What is known is not used",
        "The floor is too high: a model that looks at its context can go below it.",
    ),
    "axis-swapped": Misconception(
        "Rows and columns change places",
        "It answers another question: what came before, not what comes next.",
    ),
    # In floats
    "one-plus-tiny": Misconception(
        "The formula is computed as it stands on paper",
        "1 + e^(−40) is 1 in floats: every good guess costs exactly 0, and a bad one infinity.",
    ),
    "correction-left-out": Misconception(
        "The straight part is kept and the bend left out",
        "The slope jumps at 0: where a guess is undecided, the push is all or nothing.",
    ),
    "clip-does-nothing": Misconception(
        "A clip is finer than the floats it is used in",
        "A perfect prediction then gives nan, and one step later the whole model is nan.",
    ),
    "label-term-left-out": Misconception(
        "The term with the label is missing",
        "The loss no longer knows the answer: every example is taught as a no.",
    ),
    "absolute-left-out": Misconception(
        "The exponent may grow without bound",
        "What was meant to be stable overflows on one side, and is wrong long before.",
    ),
    "maximum-not-added": Misconception(
        "The shift is never undone",
        "A gradient would not notice; the loss is off by the largest logit, different in each row.",
    ),
    "masked-row-nan": Misconception(
        "A row that is masked completely becomes nan",
        "One empty example in a batch, and the mean of the batch is nan.",
    ),
    "maximum-for-logsumexp": Misconception(
        "The hard maximum is taken for the soft one",
        "Only the strongest class would ever get a push.",
    ),
    "logits-for-log-probabilities": Misconception(
        "Logits are taken for log-probabilities",
        "Logits are known up to a constant only: the result depends on a meaningless number.",
    ),
    "probability-for-logarithm": Misconception(
        "A probability is subtracted from a logarithm",
        "Libraries that expect logarithms do so without a warning. The result can be negative.",
    ),
    "old-sum-not-rescaled": Misconception(
        "Two sums with different measures are added",
        "The result depends on the order of the blocks.",
    ),
    "rescaled-upwards": Misconception(
        "The old sum is rescaled the wrong way",
        "It grows by e to the distance that it should shrink by, and soon overflows.",
    ),
    "maximum-kept": Misconception(
        "The first maximum is kept for good",
        "The first block decides whether a later one overflows.",
    ),
    "block-forgets": Misconception(
        "Each block starts from its own maximum",
        "After one quiet block, the sum of all the loud ones overflows.",
    ),
    "new-terms-off": Misconception(
        "New terms are measured from their own maximum",
        "A block of impossible classes would count as much as one of likely classes.",
    ),
    "clip-thought-harmless": Misconception(
        "A clip is thought to change nothing",
        "It decides the loss of everything that is very wrong, and takes its push away.",
    ),
    "nudge-thought-kept": Misconception(
        "A clipped loss is thought to keep its slope",
        "The most wrong examples stop teaching, as with squared error, and nothing warns.",
    ),
    # More losses
    "threshold-ignored": Misconception(
        "One half is used, whatever threshold was chosen",
        "The threshold is where the cost of a miss meets the cost of a false alarm.",
    ),
    "threshold-left-out": Misconception(
        "Exactly the threshold is taken for below it",
        "Ties are common where probabilities are few: at one half, an undecided model says no.",
    ),
    "sigmoid-twice": Misconception(
        "The sigmoid is applied twice",
        "Every probability lies between 0.5 and 0.73: with one half as threshold, all are yes.",
    ),
    "smoothing-over-others": Misconception(
        "ε is spread over the other classes only",
        "It is another convention, with another floor: ε/(K − 1) here is ε/K with a larger ε.",
    ),
    "does-not-sum-to-one": Misconception(
        "The label is no distribution any more",
        "Cross-entropy's slope is p − y only if y sums to 1; else all logits drift together.",
    ),
    "smoothing-not-taken-away": Misconception(
        "Probability is added and none taken away",
        "A label above 1 can never be reached: the logits grow for ever.",
    ),
    "smoothing-turned-around": Misconception(
        "ε and 1 − ε change places",
        "The label nearly vanishes in a uniform mist.",
    ),
    "floor-thought-zero": Misconception(
        "Every loss is thought to reach 0",
        "A model at its floor would look as if it had something left to learn.",
    ),
    "alpha-on-both": Misconception(
        "Focal loss: α weighs both labels",
        "Then it balances nothing; it only shrinks the learning rate.",
    ),
    "alpha-turned-around": Misconception(
        "Focal loss: α goes to the wrong label",
        "The imbalance that it should ease is made worse.",
    ),
    "alpha-for-gamma": Misconception(
        "Focal loss: α and γ change places",
        "Both are numbers near 1, so nothing looks odd; the easy examples stay loud.",
    ),
    "truth-forgotten": Misconception(
        "Focal loss: the factor looks at p, not at the truth's probability",
        "Confident false alarms, the hardest of all, are turned down.",
    ),
    "easy-kept-loud": Misconception(
        "Focal loss: the factor turns down what is hard",
        "The easy thousands drown the hard few, more than without it.",
    ),
    "weighted-mean-over-n": Misconception(
        "A weighted sum is divided by N",
        "The loss's scale depends on which classes a batch happens to hold.",
    ),
    "weights-of-all-classes": Misconception(
        "A weighted sum is divided by each class's weight, once",
        "The loss grows with the batch.",
    ),
    "weights-ignored": Misconception(
        "The weights are not used",
        "The frequent class decides everything, which the weights were to prevent.",
    ),
    "temperature-square-forgotten": Misconception(
        "Distillation: T² is forgotten",
        "At T = 4 the teacher's voice is about 16 times too quiet beside the labels'.",
    ),
    "temperature-not-squared": Misconception(
        "Distillation: T in place of T²",
        "The teacher's voice still fades as T grows.",
    ),
    "temperature-on-one-side": Misconception(
        "Distillation: only one model is softened",
        "A perfect student is punished, and learns to be as vague as the softened teacher.",
    ),
    "temperature-ignored": Misconception(
        "Distillation: the logits are never divided by T",
        "What the teacher knows about the wrong classes stays too faint to learn from.",
    ),
    "quantile-turned-around": Misconception(
        "The two sides of the pinball loss change places",
        "You would be stocked for the quietest day in ten, not for the busiest.",
    ),
    "quantile-ignored": Misconception(
        "Both sides cost the same",
        "That is absolute error, and its best answer is the median, whatever you asked for.",
    ),
    "one-side-only": Misconception(
        "One side costs nothing",
        "The best answer is then as far to that side as possible.",
    ),
    "squared-pinball": Misconception(
        "The pinball's lines are squared",
        "Its best answer, an expectile, is pulled by outliers; a quantile is not.",
    ),
    "shift-turned-round": Misconception(
        "Logit adjustment: the logarithms of the shares are subtracted in training",
        "Rare classes are then given a head start, and the logits learn to take it back twice.",
    ),
    "shift-without-logarithm": Misconception(
        "Logit adjustment: shares are added, not their logarithms",
        "A share is at most 1, so it hardly moves a logit: the rare stay as unheard as before.",
    ),
    "shift-ignored": Misconception(
        "Logit adjustment: the shares are not used",
        "The logits learn how common each class is, and the rare ones lose every close call.",
    ),
    "weights-for-shift": Misconception(
        "Logit adjustment: a weight stands where a shift belongs",
        "What has been learned by heart hardly feels a weight; a shift moves the border.",
    ),
    "shift-at-label-only": Misconception(
        "Logit adjustment: only the label's logit is shifted",
        "Then it is a number added to the loss, without a slope: training does not notice it.",
    ),
    "weight-left-out": Misconception(
        "β-NLL: the weight is left out",
        "What is called noise hardly pushes its mean, and what is not learned is called noise.",
    ),
    "weight-with-slope": Misconception(
        "β-NLL: the weight gets a slope of its own",
        "It is another loss: with β = 1 every spread ends at the same number.",
    ),
    "deviation-for-variance": Misconception(
        "A standard deviation and a variance are mixed up",
        "The stated range is wrong by a root or a square, and nothing reports an error.",
    ),
    "slope-at-variance": Misconception(
        "The slope is taken at the variance, not at its logarithm",
        "The network says the logarithm: small variances would explode, large ones not move.",
    ),
    "half-left-out": Misconception(
        "The half is kept for one slope and lost for the other",
        "The two no longer belong to one loss, and a gradient check fails.",
    ),
    "upper-cut-ignored": Misconception(
        "Levels: *at least* is taken for *exactly*",
        "The probabilities of the levels add up to more than 1, and high scores cost nothing.",
    ),
    "lower-cut-ignored": Misconception(
        "Levels: *at most* is taken for *exactly*",
        "The probabilities of the levels add up to more than 1, and low scores cost nothing.",
    ),
    "cuts-multiplied": Misconception(
        "Levels: two answers about one score are taken for independent",
        "The slope at the score is right, the value is not, and the cuts drift together.",
    ),
    "all-cuts-asked": Misconception(
        "Levels: every cut is asked, not only the level's own two",
        "It is another loss: it grows with the number of levels, and no longer is a surprise.",
    ),
    "levels-turned-round": Misconception(
        "Levels are counted from the wrong end",
        "The model learns to say five stars for the worst.",
    ),
    # In the wild
    "ignored-counted": Misconception(
        "Ignored positions are counted",
        "The more padding a batch has, the better the model seems.",
    ),
    "ignored-kept": Misconception(
        "Ignored positions are learned from",
        "The model spends its effort on predicting padding.",
    ),
    "token-zero-left-out": Misconception(
        "Token 0 is taken for padding",
        "One real token is never learned, and no error ever says so.",
    ),
    "multiplied-by-zero": Misconception(
        "What does not count is multiplied by 0",
        "0 times nan is nan: one broken position of padding, and the whole batch is broken.",
    ),
    "mask-one-late": Misconception(
        "The mask follows the token that is read, not the one that is guessed",
        "The first word of every answer is never taught, and padding is.",
    ),
    "first-word-missed": Misconception(
        "The mask begins where the answer is read, not where it is guessed",
        "How an answer begins is never taught, and all that follows hangs on it.",
    ),
    "prompt-learned": Misconception(
        "The prompt is learned as well as the answer",
        "Much of the push goes into writing questions, which nobody will ask the model to do.",
    ),
    "all-ignored-nan": Misconception(
        "A micro-batch without a kept position is averaged",
        "One piece of pure padding, and the loss of the whole batch is nan.",
    ),
    "last-batch-only": Misconception(
        "Only the last micro-batch counts",
        "All the others were computed and thrown away.",
    ),
    "one-direction-only": Misconception(
        "Only one direction of the pairs is trained",
        "A text that suits many images is never told so.",
    ),
    "features-not-normalised": Misconception(
        "The features' lengths are left in",
        "A long vector wins every comparison, whatever it shows.",
    ),
    "scale-not-exponentiated": Misconception(
        "The logarithm of the scale is used as the scale",
        "It can go through 0 and below, where right pairs are pushed apart.",
    ),
    "scale-turned-around": Misconception(
        "The scale is taken for the temperature",
        "The similarities are squeezed together, and the loss hardly leaves ln N.",
    ),
    "negatives-averaged": Misconception(
        "The negative words are averaged",
        "Their number then has no effect: each pushes with a k-th of its strength.",
    ),
    "negatives-pulled-in": Misconception(
        "Wrong pairs are taught as right ones",
        "All vectors collapse into one direction: nothing pushes them apart.",
    ),
    "softmax-for-sigmoids": Misconception(
        "Separate yes-or-no questions are put into one softmax",
        "It is a sound loss, InfoNCE, but scores then mean nothing one by one.",
    ),
    "roles-exchanged": Misconception(
        "Two arguments change places",
        "Nothing warns, because the shapes agree.",
    ),
    "root-left-out": Misconception(
        "A square root is left out",
        "ᾱ is a share of variance; what multiplies a picture is its root.",
    ),
    "state-for-velocity": Misconception(
        "A position is taken for a direction",
        "The network would only learn to return its own input.",
    ),
    "straight-line": Misconception(
        "Another parametrisation of the same name is used",
        "A sampler for the one, fed with the other, draws noise.",
    ),
    "pair-swapped": Misconception(
        "Preferences: better and worse change places",
        "The model learns to write what nobody liked, and its loss falls nicely.",
    ),
    "reference-forgotten": Misconception(
        "DPO: the reference model is left out",
        "A short answer then always looks better than a long one, and nothing holds the model.",
    ),
    "beta-outside": Misconception(
        "DPO: β stands before the loss",
        "It only scales the step there. Inside, it says how far the model may go.",
    ),
    "beta-forgotten": Misconception(
        "DPO: β is left out",
        "The setting does nothing, and nobody notices until it is tuned.",
    ),
    "token-mean-gain": Misconception(
        "DPO: an answer's log-probability is a mean over its tokens",
        "Another loss, in which a token of a long answer counts less than one of a short.",
    ),
    "worse-left-out": Misconception(
        "Preferences: the worse answer is left out",
        "What is left is a loss for liking an answer, and no comparison.",
    ),
    "masks-pooled": Misconception(
        "All masks of a batch are counted as one",
        "A large mask drowns a small one, and a picture's loss depends on its neighbours.",
    ),
    "hits-counted-once": Misconception(
        "Dice: the hits are counted once above and twice below",
        "Even a perfect drawing costs a half, and the robot is pushed on for ever.",
    ),
    "smoothed-below-only": Misconception(
        "Dice: the smoothing stands below the line only",
        "To leave an empty picture empty, which is right, costs as much as the worst answer.",
    ),
    "smoothed-above-only": Misconception(
        "Dice: the smoothing stands above the line only",
        "The loss goes below zero, far below on an empty mask.",
    ),
    "score-for-loss": Misconception(
        "A score is returned where a loss is asked for",
        "Descent then makes the overlap as small as it can.",
    ),
    "union-for-sum": Misconception(
        "Intersection over union is taken for Dice",
        "Both like the same drawing best, but Jaccard's number is lower: they can't be compared.",
    ),
    "blanks-first": Misconception(
        "CTC: blanks are dropped before repeats are merged",
        "No word with a double letter can ever be read.",
    ),
    "repeats-kept": Misconception(
        "CTC: repeats are not merged",
        "A sound that lasts three frames is read as three letters.",
    ),
    "blanks-kept": Misconception(
        "CTC: blanks are kept",
        "The blank is no letter. It says: nothing new in this frame.",
    ),
    "every-repeat-merged": Misconception(
        "CTC: each label is kept only once",
        "A letter could never come back later in a word.",
    ),
    "best-path-only": Misconception(
        "CTC: only the best path counts",
        "All other ways to say the same get no credit, and no push.",
    ),
    "mean-of-logs": Misconception(
        "Logarithms are averaged where probabilities add",
        "One hopeless path would make a good model look bad.",
    ),
    "common-logarithm": Misconception(
        "The logarithm to base 10 is used",
        "The number is 0.4343 of what it should be, and a lost model looks half trained.",
    ),
}
