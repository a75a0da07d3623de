import html
import io
import re

import pytest
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.styles import get_style_by_name
from pygments.token import STANDARD_TYPES, Token

from sitebuild.ext.highlighting import Sparing, alike

STYLES = [get_style_by_name(f"a11y-high-contrast-{theme}") for theme in ("light", "dark")]
SOURCES = {
    "python": '''\
@cache
def loss(p: float, *, eps=1e-9) -> float:
    """A *string* of its own."""
    if not 0 <= p < 1:
        raise ValueError(f"p is {p!r}, {{not}} a share\\n")
    return -np.log(p + eps) + 0x1F  # in nats
''',
    "bash": "make test && echo \"$HOME\" | grep -v '^#'\n",
    "json": '{"loss": [0.25, true, null]}\n',
    "pytb": 'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\nKeyError: 2\n',
}


def looks(drawn):
    """Each visible character with how both themes show it."""
    kinds = {name: kind for kind, name in STANDARD_TYPES.items()} | {"": Token.Text}
    plain = [style.style_for_token(Token.Text)["color"] for style in STYLES]
    found, kind = [], Token.Text
    for tag, name, text in re.findall(r'<(/?span)(?: class="(\w+)")?>|([^<]+)', drawn):
        if tag:
            kind = kinds[name if tag == "span" else ""]
        shown = [style.style_for_token(kind) for style in STYLES]
        look = [
            one | {"color": one["color"] or usual} for one, usual in zip(shown, plain, strict=True)
        ]
        found += [(letter, look) for letter in html.unescape(text) if not letter.isspace()]
    return found


@pytest.mark.parametrize("language", SOURCES)
def test_code_has_the_colours_of_its_words_in_both_themes(language):
    lexer = get_lexer_by_name(language)
    usual = highlight(SOURCES[language], lexer, HtmlFormatter(nowrap=True))
    sparing = highlight(
        SOURCES[language], lexer, Sparing(nowrap=True, style=STYLES[0], alike=alike(*STYLES))
    )
    assert looks(sparing) == looks(usual)
    assert sparing.count("<span") < usual.count("<span")


def test_a_kind_that_no_theme_knows_keeps_its_own_name():
    """As the colours of a terminal's output do."""
    drawn = io.StringIO()
    Sparing(nowrap=True, alike=alike(*STYLES)).format([(Token.Color.Red, "loss")], drawn)
    assert "-Color-Red" in drawn.getvalue()
