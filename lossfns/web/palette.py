"""The course's colours, each for a light and a dark page: the one place that figures, styles and
drawings take them from.

Colours are named by what they mean. Text has 4.5 : 1 on its paper, lines 3 : 1.
"""

COLOURS = {
    "paper": ("#ffffff", "#101214"),
    "soft": ("#f4f6f9", "#191c20"),
    "ink": ("#1f2328", "#e6e8eb"),
    "muted": ("#5b6470", "#a7afb9"),
    "quiet": ("#4d5560", "#b4bcc6"),
    "control": ("#7b8491", "#78828f"),
    "grid": ("#d8dde3", "#343a42"),
    "edge": ("#dfe3e8", "#2b3036"),
    "hair": ("#e6e9ee", "#24292f"),
    "zone": ("#fbf0e3", "#3b2d12"),
    "zone-text": ("#7a4800", "#e3b269"),
    "mse": ("#066bf9", "#51abfb"),
    "ce": ("#ae1004", "#f92706"),
    "teal": ("#00796b", "#4dc7b5"),
    "violet": ("#7b3fb0", "#c39bf0"),
    "amber": ("#9a5b00", "#f0b055"),
    "link": ("#0a4fc4", "#7ab8ff"),
    "visited": ("#6a3aa8", "#c7a6f2"),
    "problem": ("#ae1004", "#ff8a7a"),
}
# What a drawing has in both themes: its own ground, and what stands on it.
DRAWING = {
    "night": "#1c2333",
    "board": "#2a3348",
    "fur": "#f6f4ef",
    "steel": "#6b7a90",
    "slate": "#8b9ab2",
    "mist": "#aebbd0",
    "cloud": "#c3cddd",
    "ball": "#066bf9",
    "cube": "#e0260a",
    "sky": "#51abfb",
    "coral": "#ff7a5c",
    "mint": "#4fd1b8",
    "sun": "#ffbe55",
}
LIGHT, DARK = 0, 1
# Light becomes dark, and a blue stays a blue.
TURNED = "invert(0.92) hue-rotate(180deg)"


def declarations(prefix: str, theme: int) -> str:
    """Return every colour as a CSS variable ``--prefix-name`` of one theme.

    Examples
    --------
    >>> declarations("figure", LIGHT).split("; ")[0]
    '--figure-paper: #ffffff'
    """
    return "; ".join(f"--{prefix}-{name}: {pair[theme]}" for name, pair in COLOURS.items()) + ";"


def card_palette() -> str:
    """Return the variables of a card: those of its page's theme, on paper the light ones.

    Every front end has its own word for a dark page. The site without scripts has none, and
    follows the system, as it does where a reader chose no theme.
    """
    light = f"color-scheme: light; {declarations('ex', LIGHT)}"
    # A picture for readers without scripts is drawn for a light page.
    dark = f"color-scheme: dark; --ex-picture: {TURNED}; {declarations('ex', DARK)}"
    named = (
        'body[data-theme="dark"]',
        'body[data-jp-theme-light="false"]',
        "body.vscode-dark",
        'html[theme="dark"]',
    )
    unnamed = ('body[data-theme="auto"]', ".no-js body:not([data-theme])")
    return (
        f".explorer, .ex-card {{ {light} }}\n@media not print {{\n"
        f"{_cards_in(named)} {{ {dark} }}\n"
        "@media (prefers-color-scheme: dark) {\n"
        f"{_cards_in(unnamed)} {{ {dark} }}\n}}\n}}\n"
    )


def _cards_in(pages: tuple[str, ...]) -> str:
    """Return a selector, written out: what drops unused rules misreads one :is after another."""
    return ", ".join(f"{page} {card}" for page in pages for card in (".explorer", ".ex-card"))


def page_palette() -> str:
    """Return the variables of a page: its theme's, or the system's; on paper the light ones."""
    light, dark = declarations("figure", LIGHT), declarations("figure", DARK)
    return (
        f"body {{ {light} }}\n@media not print {{\n"
        f'body[data-theme="dark"] {{ {dark} }}\n'
        "@media (prefers-color-scheme: dark) {\n"
        f'body:not([data-theme="light"]) {{ {dark} }}\n}}\n}}\n'
    )
