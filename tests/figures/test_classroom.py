"""The figure of a class draws what was counted."""

from matplotlib.figure import Figure

from lossfns import figures
from lossfns.judging.misconceptions import MISCONCEPTIONS


def test_each_idea_has_a_bar_as_long_as_it_has_students_below_its_name():
    ideas = [("The sum is taken for the mean", 30, 40), ("The index is one too far", 1, 12)]
    ax = figures.plot_ideas(ideas)
    assert [bar.get_width() for bar in ax.patches] == [30, 1]
    assert [text.get_text() for text in ax.texts] == [
        "The sum is taken for the mean",
        "30 of 40",
        "The index is one too far",
        "1 of 12",
    ]
    assert ax.yaxis_inverted()


def test_the_longest_names_are_whole_even_where_every_bar_is_full():
    titles = sorted((idea.title for idea in MISCONCEPTIONS.values()), key=len)[-12:]
    ax = figures.plot_ideas([(title, 1000, 1000) for title in titles])
    assert len(ax.patches) == 12  # the fixture looks whether anything is cut


def test_a_figure_is_drawn_on_the_axes_that_are_given():
    ax = Figure().add_subplot()
    assert figures.plot_ideas([("An idea", 1, 2)], ax=ax) is ax
