"""Code in few elements: kinds of words that look the same, in both themes, share one."""

from pygments.formatters import HtmlFormatter
from pygments.styles import get_style_by_name
from pygments.token import STANDARD_TYPES


def alike(*styles):
    """For each kind of token the first that looks as it does, which for plain text is text.

    >>> from pygments.token import Name, Number, Text
    >>> first = alike(get_style_by_name("a11y-high-contrast-light"))
    >>> first[Name] is Text, first[Number.Float] is first[Number.Integer]
    (True, True)
    """
    firsts = {}
    return {
        kind: firsts.setdefault(str([style.style_for_token(kind) for style in styles]), kind)
        for kind in STANDARD_TYPES
    }


class Sparing(HtmlFormatter):
    """It joins neighbours of one kind, so it is given as few kinds as there are colours."""

    def format(self, tokensource, outfile):
        firsts = self.options["alike"]
        super().format(((firsts.get(kind, kind), text) for kind, text in tokensource), outfile)


def use(app):
    if app.builder.format == "html":
        names = (app.config.pygments_style, app.config.pygments_dark_style)
        highlighter = app.builder.highlighter
        highlighter.formatter = Sparing
        highlighter.formatter_args["alike"] = alike(*map(get_style_by_name, names))


def setup(app):
    app.connect("builder-inited", use)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
