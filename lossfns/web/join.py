"""Join ES modules into one text, without a bundler.

A front end loads a widget from a single module, and a page opened from a disk can load no
module at all. So the modules keep to a house rule (relative imports on top, one export statement
last, no top-level name used twice), and joining them is a matter of order.
"""

import re
from collections.abc import Iterable
from pathlib import Path

STATIC = Path(__file__).parent / "static"
SHIM = STATIC / "shim.mjs"

_IMPORT = re.compile(r'import \{\s*([\w,\s]+?),?\s*\} from "(\.{1,2}/[\w./-]+\.mjs)";')
_EXPORT = re.compile(r"^export \{\s*([\w,\s]+?),?\s*\};\s*\Z", re.MULTILINE)
_BLANK = re.compile(r"(?:\s|//[^\n]*)*")
_TOP_LEVEL = re.compile(
    r"(?:async )?(?:const|let|var|function\*?|class) +(?:([\w$]+)|[\[{]([^\]}]*)[\]}])"
)


class JoinError(ValueError):
    """A module breaks the house rule; the message names file and line."""


def _names(listed: str) -> list[str]:
    return [name.strip() for name in listed.split(",")]


def _declared(line: str) -> list[str]:
    """Return the top-level names that a line declares, one by one or by destructuring."""
    found = _TOP_LEVEL.match(line)
    return re.findall(r"[\w$]+", found[1] or found[2]) if found else []


def _parse(path: Path) -> tuple[dict[str, list[str]], list[str], list[str]]:
    """Split a module into its imports {file: names}, its body and its exported names."""
    if not path.is_file():
        raise JoinError(f"{path.name}: no such module in {path.parent.name}/")
    text = path.read_text(encoding="utf-8")
    export = _EXPORT.search(text)
    if export is None:
        lines = text.rstrip().split("\n")
        raise JoinError(
            f"{path.name}:{len(lines)}: the last statement must be the one export, "
            f"`export {{ name, … }};`, got {lines[-1]!r}"
        )
    imports: dict[str, list[str]] = {}
    place = 0
    while found := _IMPORT.search(text, place):
        if _BLANK.fullmatch(text, place, found.start()) is None:
            break
        imports[found[2]] = _names(found[1])
        place = found.end()
    first = text.count("\n", 0, place) + 1
    body = text[place : export.start()].split("\n")
    for number, line in enumerate(body, start=first):
        if line.startswith("import"):
            raise JoinError(
                f"{path.name}:{number}: an import must stand on top, as "
                f'`import {{ name, … }} from "./file.mjs";`, got {line!r}'
            )
        if line.startswith("export"):
            raise JoinError(f"{path.name}:{number}: only the last line may export, got {line!r}")
        if line.count("`") % 2:
            raise JoinError(f"{path.name}:{number}: a template may not span lines, got {line!r}")
        if " // " in line.strip():
            raise JoinError(
                f"{path.name}:{number}: a comment needs a line of its own, got {line!r}"
            )
    return imports, body, _names(export[1])


def join(entries: Iterable[str | Path], *, static: Path) -> str:
    """Join modules and everything they import, dependencies first.

    Parameters
    ----------
    entries : iterable of str or pathlib.Path
        The modules wanted, such as ``"loss.mjs"``.
    static : pathlib.Path
        The folder that holds them; what they import may lie elsewhere.

    Returns
    -------
    str
        JavaScript without a single import or export, comment line or indentation.

    Raises
    ------
    JoinError
        A module is missing, breaks the house rule, imports in a circle, imports what is not
        exported, or uses another module's top-level name.
    """
    exported: dict[Path, list[str]] = {}
    owners: dict[str, Path] = {}
    parts: list[str] = []

    def visit(path: Path, importers: tuple[Path, ...]) -> None:
        if path in importers:
            circle = " → ".join(module.name for module in (*importers, path))
            raise JoinError(f"{path.name}: imports in a circle: {circle}")
        if path in exported:
            return
        imports, body, exports = _parse(path)
        for written, wanted in imports.items():
            dependency = (path.parent / written).resolve()
            visit(dependency, (*importers, path))
            missing = ", ".join(sorted(set(wanted) - set(exported[dependency])))
            if missing:
                raise JoinError(f"{path.name}: {dependency.name} does not export {missing}")
        for line in body:
            for name in _declared(line):
                if owners.setdefault(name, path) != path:
                    raise JoinError(
                        f"{path.name}: the top-level name {name} is taken by {owners[name].name}"
                    )
        exported[path] = exports
        trimmed = (line.strip() for line in body)
        parts.extend(line for line in trimmed if line and not line.startswith("//"))

    for entry in entries:
        visit((static / entry).resolve(), ())
    return "\n".join(parts) + "\n"


def widget_module(name: str, *, static: Path) -> str:
    """Return one component as the single ES module that a notebook front end loads."""
    return f"{join([f'{name}.mjs'], static=static)}\nexport default {{ render: {name}.render }};\n"


def classic_script(kind: str, names: Iterable[str], *, static: Path) -> str:
    """Return components as one classic script that starts every ``data-{kind}`` on a page.

    It works over http, from a disk, and under a content security policy of
    ``script-src 'self'``.
    """
    joined = join([*(f"{name}.mjs" for name in names), SHIM], static=static)
    begin = f'start("{kind}", {{ {", ".join(names)} }});'
    return f'(() => {{\n"use strict";\n{joined}\n{begin}\n}})();\n'
