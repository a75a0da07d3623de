"""What the exports share: options as people see them, their weights, archives without a clock."""

import html
import io
import re
import zipfile
from string import ascii_uppercase

from lxml import etree

from lossfns.quiz.markup import to_html

EPOCH = (1980, 1, 1, 0, 0, 0)


def option_html(question, index, formula):
    """Render an option's text; a line of code keeps its spaces, and its number when shuffled."""
    text = question.options[index].text
    if question.kind == "bug":
        spaced = re.sub(" (?= )", "\u00a0", f"{index + 1}: {text}")
        return f"<code>{html.escape(spaced)}</code>"
    return to_html(text, formula)


def letter(index):
    """Name an option by its place."""
    return ascii_uppercase[index]


def number(value):
    """Write a value or a tolerance alike for every processor, on which the last bits differ.

    Ten decimals keep what is on the edge of a tolerance there: both are rounded at the same place.

    Examples
    --------
    >>> number(-0.39200000000000007), number(0.0025000000000000022), number(-0.0)
    ('-0.392', '0.0025', '0')
    """
    # Adding zero turns a rounded −0.0 into 0.0.
    return f"{round(value, 10) + 0:.10f}".rstrip("0").rstrip(".")


def percents(question):
    """Say what each option is worth, in the percents that Moodle accepts.

    Where several are right, the wrong ones together cost the whole mark; else they cost nothing.
    """
    right = sum(option.right for option in question.options)
    cost = 100 / (right - len(question.options)) if question.kind == "multiple" else 0
    worth = [100 / right if option.right else cost for option in question.options]
    # Moodle knows a third as 33.33333.
    return [f"{percent:.5f}".rstrip("0").rstrip(".") for percent in worth]


def category(*names):
    """Write a path of categories as Moodle reads it: a slash in a name is doubled."""
    return "/".join(name.replace("/", "//") for name in ("Measuring Wrongness", *names))


def serialised(element):
    """Write an XML document as bytes."""
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8")


def archive(files):
    """Pack ``{name: bytes}`` into a zip that is the same on every run and every machine."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, content)
    return buffer.getvalue()
