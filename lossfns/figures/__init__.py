"""The course's figures: pure functions that draw on a Matplotlib ``Axes`` and return it."""

from lossfns._extras import needs

with needs("course"):
    from lossfns.figures.attempts import (
        plot_attempt_nudges,
        plot_escape,
        plot_sigmoid_slope,
        plot_whisper,
        plot_wrong_way,
    )
    from lossfns.figures.autograd import plot_moons, plot_value_graph
    from lossfns.figures.bill import plot_memory, plot_shards
    from lossfns.figures.classification import (
        plot_losses,
        plot_nudges,
        plot_race,
        plot_softmax_nudges,
        plot_working_rates,
    )
    from lossfns.figures.classroom import plot_ideas
    from lossfns.figures.clip import plot_match, plot_perfect_pairs
    from lossfns.figures.detection import plot_canvas, plot_loss_shares
    from lossfns.figures.diffusion import plot_error_by_noise, plot_two_paths
    from lossfns.figures.explorers import (
        plot_float_losses,
        plot_focal_loss,
        plot_loss_against_probability,
        plot_own_loss,
        plot_smoothed_loss,
        plot_training_curves,
    )
    from lossfns.figures.floats import float_reach, plot_clip, plot_float_reach
    from lossfns.figures.information import (
        plot_code_lengths,
        plot_cross_entropy_split,
        plot_proper_scores,
        plot_surprisal,
        plot_surprise_areas,
    )
    from lossfns.figures.language_model import plot_language_training, plot_next_letter
    from lossfns.figures.more_losses import (
        plot_error_nudges,
        plot_focal_volume,
        plot_margin_losses,
        plot_nudge_comparison,
        plot_quantile_lines,
        plot_weighted_probability,
    )
    from lossfns.figures.pixels import plot_digits
    from lossfns.figures.preferences import plot_gains, plot_pair_loss, plot_preference_plane
    from lossfns.figures.regression import (
        plot_best_constant,
        plot_gaussian,
        plot_line_fit,
        plot_nudge_sizes,
        plot_parabola,
    )
    from lossfns.figures.segmentation import plot_empty_mask, plot_overlap_slopes
    from lossfns.figures.soft_targets import (
        plot_pair_nudges,
        plot_reliability,
        plot_smoothing_nudge,
        plot_soft_targets,
        reliability,
    )
    from lossfns.figures.speech import plot_occupancy, plot_three_roads, plot_trellis
    from lossfns.figures.spread_order_rank import (
        plot_counts,
        plot_levels,
        plot_ranked_scores,
        plot_spreads,
    )
    from lossfns.figures.style import CROSS_ENTROPY, MSE, PALETTE, use_course_style
    from lossfns.figures.word2vec import plot_dimensions, plot_directions, plot_scores

__all__ = [
    "CROSS_ENTROPY",
    "MSE",
    "PALETTE",
    "float_reach",
    "plot_attempt_nudges",
    "plot_best_constant",
    "plot_canvas",
    "plot_clip",
    "plot_code_lengths",
    "plot_counts",
    "plot_cross_entropy_split",
    "plot_digits",
    "plot_dimensions",
    "plot_directions",
    "plot_empty_mask",
    "plot_error_by_noise",
    "plot_error_nudges",
    "plot_escape",
    "plot_float_losses",
    "plot_float_reach",
    "plot_focal_loss",
    "plot_focal_volume",
    "plot_gains",
    "plot_gaussian",
    "plot_ideas",
    "plot_language_training",
    "plot_levels",
    "plot_line_fit",
    "plot_loss_against_probability",
    "plot_loss_shares",
    "plot_losses",
    "plot_margin_losses",
    "plot_match",
    "plot_memory",
    "plot_moons",
    "plot_next_letter",
    "plot_nudge_comparison",
    "plot_nudge_sizes",
    "plot_nudges",
    "plot_occupancy",
    "plot_overlap_slopes",
    "plot_own_loss",
    "plot_pair_loss",
    "plot_pair_nudges",
    "plot_parabola",
    "plot_perfect_pairs",
    "plot_preference_plane",
    "plot_proper_scores",
    "plot_quantile_lines",
    "plot_race",
    "plot_ranked_scores",
    "plot_reliability",
    "plot_scores",
    "plot_shards",
    "plot_sigmoid_slope",
    "plot_smoothed_loss",
    "plot_smoothing_nudge",
    "plot_soft_targets",
    "plot_softmax_nudges",
    "plot_spreads",
    "plot_surprisal",
    "plot_surprise_areas",
    "plot_three_roads",
    "plot_training_curves",
    "plot_trellis",
    "plot_two_paths",
    "plot_value_graph",
    "plot_weighted_probability",
    "plot_whisper",
    "plot_working_rates",
    "plot_wrong_way",
    "reliability",
    "use_course_style",
]
