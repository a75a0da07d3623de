"""Interactive explorers: the same component on the static page and in a notebook.

Each is an ``anywidget`` whose traits are synced, validated and observable. Without a kernel the
site's script (`site_script`) brings the stored output to life; without scripts a figure and a
table remain.
"""

from lossfns._extras import needs

with needs("course"):
    from lossfns.explorers._questions import STATIC
    from lossfns.explorers.attempts import AttemptsExplorer
    from lossfns.explorers.clinic import ClinicExplorer
    from lossfns.explorers.divergence import DivergenceExplorer
    from lossfns.explorers.explorer import stylesheet
    from lossfns.explorers.floats import FloatsExplorer
    from lossfns.explorers.loss import LossExplorer
    from lossfns.explorers.mixer import MixerExplorer
    from lossfns.explorers.own import explore_loss
    from lossfns.explorers.parabola import ParabolaExplorer
    from lossfns.explorers.race import RaceExplorer
    from lossfns.explorers.softening import SofteningExplorer
    from lossfns.explorers.surprise import SurpriseExplorer
    from lossfns.web.join import classic_script

EXPLORERS = (
    ParabolaExplorer,
    LossExplorer,
    AttemptsExplorer,
    MixerExplorer,
    SurpriseExplorer,
    DivergenceExplorer,
    FloatsExplorer,
    SofteningExplorer,
    RaceExplorer,
    ClinicExplorer,
)

__all__ = [
    "EXPLORERS",
    "AttemptsExplorer",
    "ClinicExplorer",
    "DivergenceExplorer",
    "FloatsExplorer",
    "LossExplorer",
    "MixerExplorer",
    "ParabolaExplorer",
    "RaceExplorer",
    "SofteningExplorer",
    "SurpriseExplorer",
    "explore_loss",
    "site_script",
    "stylesheet",
]


def site_script() -> str:
    """Return the classic script that brings every explorer on a page to life.

    Examples
    --------
    >>> "import " in site_script().split('"use strict";')[0]
    False
    """
    return classic_script("explorer", [explorer.component for explorer in EXPLORERS], static=STATIC)
