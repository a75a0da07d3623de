"""The routes through the course that a teacher can talk along, read and checked."""

import html
import tomllib
from dataclasses import dataclass
from pathlib import Path

from sitebuild.tables import reflow

FILE = Path(__file__).with_name("routes.toml")
STEP = {"page": str, "section": str, "minutes": int}
MAY_HAVE = {"screens": list, "ask": str, "late": str}
LATE = "skip"


class RouteError(ValueError):
    """A route is not what it has to be; the message names the route and its step."""


@dataclass(frozen=True)
class Step:
    """Some screens of a section, in a row.

    Parameters
    ----------
    page, section : str
        The chapter, and the id of its section.
    minutes : int
        How long it takes.
    screens : tuple of int
        Which of the section's screens, from 1; all of them where there is none.
    ask : str
        What to ask the room, in Markdown.
    skipped : bool
        Whether it is left out when time is short.
    """

    page: str
    section: str
    minutes: int
    screens: tuple[int, ...] = ()
    ask: str = ""
    skipped: bool = False


def read_step(place, table):
    """A step from its table.

    Examples
    --------
    >>> read_step("route 50, step 1", {"page": "primer", "section": "log-rules", "minutes": 3})
    Step(page='primer', section='log-rules', minutes=3, screens=(), ask='', skipped=False)
    >>> read_step("route 50, step 1", {"page": "primer", "section": "log-rules"})
    Traceback (most recent call last):
        ...
    sitebuild.routes.RouteError: routes.toml, route 50, step 1: minutes must be int, got None
    """
    place = f"{FILE.name}, {place}"
    unknown = sorted(set(table) - set(STEP) - set(MAY_HAVE))
    if unknown:
        raise RouteError(f"{place}: no such key: {', '.join(unknown)}")
    for name, kind in (STEP | MAY_HAVE).items():
        value = table.get(name)
        wanted = name in STEP or name in table
        if wanted and (not isinstance(value, kind) or isinstance(value, bool)):
            raise RouteError(f"{place}: {name} must be {kind.__name__}, got {value!r}")
    if table["minutes"] < 1:
        raise RouteError(f"{place}: minutes must be at least 1, got {table['minutes']}")
    if table.get("late", LATE) != LATE:
        raise RouteError(f"{place}: late must be {LATE!r} where it is given, got {table['late']!r}")
    return Step(
        page=table["page"],
        section=table["section"],
        minutes=table["minutes"],
        screens=tuple(table.get("screens", ())),
        ask=table.get("ask", ""),
        skipped="late" in table,
    )


def read_routes(text):
    """Every route of a TOML text, by its minutes.

    Parameters
    ----------
    text : str
        For each route a table ``[[route]]`` with its minutes and its steps.

    Returns
    -------
    dict of int to list of Step

    Raises
    ------
    RouteError
        A step lacks something or has something unknown; or the minutes do not add up.
    """
    routes = {}
    for table in tomllib.loads(text)["route"]:
        minutes = table["minutes"]
        steps = [
            read_step(f"route {minutes}, step {number}", step)
            for number, step in enumerate(table["step"], 1)
        ]
        total = sum(step.minutes for step in steps)
        if total != minutes:
            raise RouteError(f"{FILE.name}, route {minutes}: its steps take {total} minutes")
        routes[minutes] = steps
    return routes


def load_routes():
    return read_routes(FILE.read_text(encoding="utf-8"))


def numbers(step, screens):
    """The numbers on its page of the screens of a step.

    Parameters
    ----------
    screens : dict
        For each page its sections, each with the numbers of its screens.

    Examples
    --------
    >>> numbers(Step("a", "one", 5, screens=(1, 3)), {"a": {"one": [4, 5, 6]}})
    [4, 6]
    """
    if step.page not in screens:
        raise RouteError(f"{FILE.name}: {step.page!r} is no chapter")
    if step.section not in screens[step.page]:
        raise RouteError(f"{FILE.name}: {step.page} has no section {step.section!r}")
    own = screens[step.page][step.section]
    missing = [one for one in step.screens if one not in range(1, len(own) + 1)]
    if missing:
        place = f"{step.page}#{step.section}"
        raise RouteError(f"{FILE.name}: {place} has {len(own)} screens, and no number {missing[0]}")
    return [own[one - 1] for one in step.screens] or own


def for_script(routes, screens):
    """What the talk's script needs of the routes: lists of steps, as short as can be.

    Examples
    --------
    >>> step = Step("a", "one", 5, ask="Why *so*?", skipped=True)
    >>> for_script({5: [step]}, {"a": {"one": [4, 5]}})
    {'5': [{'page': 'a', 'screens': [4, 5], 'minutes': 5, 'ask': 'Why so?', 'skip': True}]}
    """
    return {
        str(minutes): [
            {
                "page": step.page,
                "screens": numbers(step, screens),
                "minutes": step.minutes,
                "ask": spoken(step.ask),
                "skip": step.skipped,
            }
            for step in steps
        ]
        for minutes, steps in routes.items()
    }


def spoken(markdown):
    """A question as plain words."""
    return markdown.replace("$", "").replace("*", "").replace("`", "")


def table(minutes, steps, screens, titles):
    """A route as the table that teachers read.

    Parameters
    ----------
    titles : callable
        ``(page, section)`` to the section's heading, as HTML.
    """
    rows = []
    for step in steps:
        shown = numbers(step, screens)
        link = f"{step.page}.html?present={shown[0]}&amp;route={minutes}"
        count = f"{len(shown)} screen{'s' if len(shown) > 1 else ''}"
        rows.append(
            (
                f"{step.minutes}, or 0" if step.skipped else str(step.minutes),
                f'<a class="reference internal" href="{link}">{titles(step.page, step.section)}'
                f"</a>, {count}",
                html.escape(spoken(step.ask), quote=False),
            )
        )
    return reflow(("minutes", "show", "ask before you go on"), rows)
