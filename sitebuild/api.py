"""Write the reference of `lossfns` from its docstrings: one page of Markdown for each module."""

import ast
import inspect
import re
from importlib import import_module
from textwrap import dedent

import lossfns
from sitebuild.code_cells import WIDTH
from sitebuild.notebooks import BOOK, chapters

FOLDER = "api"
SECTION = re.compile(r"^(?P<name>[A-Z][A-Za-z ]+)\n-{3,}\n", re.M)
HEADING = re.compile(r"^(#{1,3}) (.+)$", re.M)
CELL = re.compile(r"^```\{code-cell\}.*?^```$", re.M | re.S)
# Where a loss is taught, and not only used, comes first in the reading order; work pages do not.
LESSON = re.compile(r"^(?:0\d|primer)")


INDEX = (
    "Every function of lossfns, the course's NumPy package of losses and gradients: signature, "
    "shapes, units, errors and an example."
)


def modules():
    """The package's public modules with their public names, in the order of the import."""
    tree = ast.parse(inspect.getsource(lossfns))
    return {
        node.module: [name.name for name in node.names]
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
    }


def short(module):
    return module.removeprefix("lossfns.")


def slug(heading):
    """The anchor that MyST gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def label(name):
    """What a page anywhere on the site calls the entry."""
    return f"api-{name.lower().replace('_', '-')}"


def lessons():
    """For each public name the sections whose code first uses it: (page, title, heading)."""
    found = {}
    for path in chapters():
        if path.parent != BOOK or not LESSON.match(path.stem):
            continue
        text = path.read_text(encoding="utf-8")
        bare = CELL.sub(lambda cell: re.sub(r"^#", " ", cell[0], flags=re.M), text)
        headings = [(match.start(), match[2]) for match in HEADING.finditer(bare)]
        for cell in CELL.finditer(text):
            above = [heading for start, heading in headings if start < cell.start()]
            for name in set(re.findall(r"\w+", re.sub(r"(?s)^from lossfns.*?\n\n", "", cell[0]))):
                places = found.setdefault(name, {})
                places.setdefault(path.stem, (headings[0][1], above[-1]))
    return found


def where_taught(name, taught):
    """The sections of a name, or else of its loss or its gradient."""
    loss = name.removesuffix("_grad")
    return next((taught[one] for one in (name, loss, f"{loss}_grad") if one in taught), {})


def parts(docstring):
    """A docstring's prose, and its sections by name."""
    pieces = SECTION.split(docstring)
    return pieces[0].strip(), dict(zip(pieces[1::2], pieces[2::2], strict=True))


def listed(text):
    """What a section lists, each with what is said of it."""
    items = re.findall(r"^(\S[^\n]*)\n((?:    [^\n]*\n?|\n)*)", text.strip() + "\n", re.M)
    rows = []
    for head, said in items:
        name, _, kind = head.partition(" : ")
        kind = f" *{kind}*" if kind else ""
        rows.append(f"- `{name}`{kind}: {flat(said)}" if said.strip() else f"- `{name}`{kind}")
    return "\n".join(rows)


def flat(text):
    return " ".join(dedent(text).split())


def examples(text):
    """Doctests as code, and the words between them as words."""
    pieces, code = [], []
    for block in re.split(r"\n\s*\n", text.strip()):
        if block.lstrip().startswith(">>>"):
            code.append(block)
            continue
        if code:
            pieces.append("```pycon\n" + "\n\n".join(code) + "\n```")
            code = []
        pieces.append(flat(block))
    if code:
        pieces.append("```pycon\n" + "\n\n".join(code) + "\n```")
    return "\n\n".join(pieces)


def references(text):
    text = dedent(text).strip().replace("\n   ", " ")
    return re.sub(r"^\.\. \[(\d+)\] ", r"\1. ", text, flags=re.M)


def noted(text):
    """Prose whose marks of references are plain numbers."""
    return re.sub(r"\[(\d+)\]_", r"[\1]", dedent(text).strip())


def signature(name, thing):
    """How it is called; the types are told below, in words."""
    found = inspect.signature(thing)
    bare = [one.replace(annotation=inspect.Parameter.empty) for one in found.parameters.values()]
    line = name + str(found.replace(parameters=bare, return_annotation=found.empty))
    return line if len(line) <= WIDTH else f"{name}(\n    {line[len(name) + 1 : -1]}\n)"


def source(thing, code):
    """A link to where a thing is written, or nothing where the site knows no repository."""
    if not code:
        return []
    path = inspect.getsourcefile(thing).rpartition("lossfns/")[2]
    return [f"[Source]({code}/lossfns/{path}#L{inspect.getsourcelines(thing)[1]})"]


def entry(name, taught, code):
    """One function or class; `code` is the address of the files, or ""."""
    thing = getattr(lossfns, name)
    prose, sections = parts(inspect.getdoc(thing))
    call = f"```python\n{signature(name, thing)}\n```"
    lines = [f"({label(name)})=", f"## {name}", call, *source(thing, code), noted(prose)]
    for title, text in sections.items():
        write = WRITTEN.get(title, noted)
        lines += [f"**{title}**", write(text)]
    places = where_taught(name, taught)
    links = [
        f"- [{title}: {heading}](../{page}.ipynb#{slug(heading)})"
        for page, (title, heading) in list(places.items())[:3]
    ]
    return "\n\n".join([*lines, *(["**Taught in**", "\n".join(links)] if links else [])])


WRITTEN = {
    "Parameters": listed,
    "Attributes": listed,
    "Returns": listed,
    "Raises": listed,
    "Examples": examples,
    "References": references,
}


def summary(thing):
    return inspect.getdoc(thing).partition("\n\n")[0].replace("\n", " ")


def pages(code=""):
    """The reference as Markdown, by the name of the page; the first lists what there is.

    code : the address of the repository's files, for links to the source
    """
    taught, found = lessons(), {}
    index = [
        "# lossfns, function by function",
        noted(inspect.getdoc(lossfns).split("\n", 2)[2]),
    ]
    for module, names in modules().items():
        about = inspect.getdoc(import_module(module))
        entries = [entry(name, taught, code) for name in names]
        page = short(module)
        title = about.partition("\n")[0].rstrip(".")
        found[page] = "\n\n".join([f"# {module}", f"{title}.", *entries]) + "\n"
        rows = [
            f"- [`{name}`](#{label(name)}): {summary(getattr(lossfns, name))}" for name in names
        ]
        index += [f"## [{module}]({page}.md)", f"{title}.", "\n".join(rows)]
    return {"index": "\n\n".join(index) + "\n", **found}


def descriptions():
    """What a search engine says of each page."""
    told = {f"{FOLDER}/index": INDEX}
    for module, names in modules().items():
        shown = ", ".join(name for name in names if not name.endswith("_grad"))
        text = (
            f"Reference of lossfns.{short(module)}, with shapes, units, errors, examples: {shown}"
        )
        told[f"{FOLDER}/{short(module)}"] = (
            text if len(text) <= 150 else text[:150].rsplit(",", 1)[0] + " …"
        )
    return told
