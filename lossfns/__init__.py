"""Loss functions and their gradients in NumPy, as taught in the course Measuring Wrongness.

Losses return one value per example, and `<loss>_grad` the derivative of their sum with respect to
the first argument; take the mean yourself. The first argument's dtype is the result's (integers and
booleans count as float64), and a single number comes back as a NumPy scalar. Infinite logits give
the limit where there is one, nan passes through, and no input causes a floating-point warning.

Values are exact to 4 units in the last place (8 for information measures, squared errors behind a
squeeze, and overlaps), and half a unit for each unit by which the logits differ, unless a docstring
says otherwise. Where a formula subtracts what may be nearly the same, such as a probability and a
soft label, or predictions and targets after rounding, it is so many units of the larger of the two.

Losses with one value per position take `where`: what does not count costs 0 whatever stands there.

Everything here needs NumPy alone.
"""

from lossfns.activations import log_sigmoid, log_softmax, logsumexp, sigmoid, softmax, softplus
from lossfns.attempts import (
    sigmoid_squared_error,
    sigmoid_squared_error_grad,
    softmax_squared_error,
    softmax_squared_error_grad,
)
from lossfns.autograd import Value
from lossfns.blockwise import (
    PartialCrossEntropy,
    finish_cross_entropy,
    merge_cross_entropy,
    partial_cross_entropy,
)
from lossfns.classification import (
    hinge_loss,
    hinge_loss_grad,
    sigmoid_binary_cross_entropy,
    sigmoid_binary_cross_entropy_grad,
    sigmoid_focal_loss,
    sigmoid_focal_loss_grad,
    smooth_labels,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
    softmax_cross_entropy_with_integer_labels,
    softmax_cross_entropy_with_integer_labels_grad,
    softmax_focal_loss,
    softmax_focal_loss_grad,
)
from lossfns.contrastive import (
    clip_loss,
    clip_loss_grad,
    siglip_loss,
    siglip_loss_grad,
    triplet_loss,
    triplet_loss_grad,
)
from lossfns.ctc import ctc_loss, ctc_loss_grad
from lossfns.diffusion import velocity, velocity_loss, velocity_loss_grad
from lossfns.distillation import distillation_loss, distillation_loss_grad
from lossfns.embeddings import negative_sampling_loss, negative_sampling_loss_grad
from lossfns.gradcheck import check_gradient, numerical_gradient
from lossfns.information import (
    cross_entropy,
    entropy,
    js_divergence,
    kl_divergence,
    perplexity,
    surprisal,
)
from lossfns.linear import (
    linear_cross_entropy_with_integer_labels,
    linear_cross_entropy_with_integer_labels_grad,
    partial_linear_cross_entropy,
    partial_linear_slopes,
)
from lossfns.masks import masked_mean, masked_mean_grad
from lossfns.preferences import dpo_loss, dpo_loss_grad, pair_loss, pair_loss_grad
from lossfns.ranking import (
    cumulative_logit_loss,
    cumulative_logit_loss_grad,
    plackett_luce_loss,
    plackett_luce_loss_grad,
)
from lossfns.regression import (
    absolute_error,
    absolute_error_grad,
    gaussian_nll_loss,
    gaussian_nll_loss_grad,
    huber_loss,
    huber_loss_grad,
    pinball_loss,
    pinball_loss_grad,
    poisson_nll_loss,
    poisson_nll_loss_grad,
    squared_error,
    squared_error_grad,
)
from lossfns.segmentation import (
    dice_loss,
    dice_loss_grad,
    jaccard_loss,
    jaccard_loss_grad,
    tversky_loss,
    tversky_loss_grad,
)

__version__ = "0.1.0"

__all__ = [
    "PartialCrossEntropy",
    "Value",
    "absolute_error",
    "absolute_error_grad",
    "check_gradient",
    "clip_loss",
    "clip_loss_grad",
    "cross_entropy",
    "ctc_loss",
    "ctc_loss_grad",
    "cumulative_logit_loss",
    "cumulative_logit_loss_grad",
    "dice_loss",
    "dice_loss_grad",
    "distillation_loss",
    "distillation_loss_grad",
    "dpo_loss",
    "dpo_loss_grad",
    "entropy",
    "finish_cross_entropy",
    "gaussian_nll_loss",
    "gaussian_nll_loss_grad",
    "hinge_loss",
    "hinge_loss_grad",
    "huber_loss",
    "huber_loss_grad",
    "jaccard_loss",
    "jaccard_loss_grad",
    "js_divergence",
    "kl_divergence",
    "linear_cross_entropy_with_integer_labels",
    "linear_cross_entropy_with_integer_labels_grad",
    "log_sigmoid",
    "log_softmax",
    "logsumexp",
    "masked_mean",
    "masked_mean_grad",
    "merge_cross_entropy",
    "negative_sampling_loss",
    "negative_sampling_loss_grad",
    "numerical_gradient",
    "pair_loss",
    "pair_loss_grad",
    "partial_cross_entropy",
    "partial_linear_cross_entropy",
    "partial_linear_slopes",
    "perplexity",
    "pinball_loss",
    "pinball_loss_grad",
    "plackett_luce_loss",
    "plackett_luce_loss_grad",
    "poisson_nll_loss",
    "poisson_nll_loss_grad",
    "siglip_loss",
    "siglip_loss_grad",
    "sigmoid",
    "sigmoid_binary_cross_entropy",
    "sigmoid_binary_cross_entropy_grad",
    "sigmoid_focal_loss",
    "sigmoid_focal_loss_grad",
    "sigmoid_squared_error",
    "sigmoid_squared_error_grad",
    "smooth_labels",
    "softmax",
    "softmax_cross_entropy",
    "softmax_cross_entropy_grad",
    "softmax_cross_entropy_with_integer_labels",
    "softmax_cross_entropy_with_integer_labels_grad",
    "softmax_focal_loss",
    "softmax_focal_loss_grad",
    "softmax_squared_error",
    "softmax_squared_error_grad",
    "softplus",
    "squared_error",
    "squared_error_grad",
    "surprisal",
    "triplet_loss",
    "triplet_loss_grad",
    "tversky_loss",
    "tversky_loss_grad",
    "velocity",
    "velocity_loss",
    "velocity_loss_grad",
]
