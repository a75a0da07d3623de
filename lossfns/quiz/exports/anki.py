"""Anki: every question as a card with its answer, and the reason for each option, behind it.

The note type's fields, and the ids of notes, decks and note type, are frozen: a later file updates
the cards of an earlier one. Formulas stand between ``\\(`` and ``\\)``.
"""

import hashlib
import io
import zipfile

import genanki

from lossfns.quiz._html import TASKS
from lossfns.quiz.exports._common import archive, letter, option_html
from lossfns.quiz.markup import delimited, to_html

KINDS = tuple(TASKS)  # a card shows its question whole, whatever the kind
NOTE_TYPE = genanki.Model(
    1_607_392_641,
    "Measuring Wrongness",
    fields=[{"name": "Id"}, {"name": "Front"}, {"name": "Back"}],
    templates=[
        {
            "name": "Card 1",
            "qfmt": "{{Front}}",
            "afmt": "{{FrontSide}}<hr id=answer>{{Back}}",
        }
    ],
    css=(
        ".card { font: 1.1em/1.5 system-ui, sans-serif; max-width: 36em; margin: auto; } "
        ".task { font-size: 0.8em; opacity: 0.75; }"
    ),
)


def export(bank, *, time):
    """Return the bank as the bytes of an ``.apkg`` file.

    Parameters
    ----------
    bank : Bank
    time : int
        Seconds since 1970; a file updates another only if its time is later.
    """
    decks = []
    for chapter in bank.chapters:
        name = f"Measuring Wrongness::{bank.chapters[chapter]}"
        deck = genanki.Deck(_stable_id(chapter), name)
        for question in bank.of_chapter(chapter):
            fields = [question.id, _front(question), _back(question)]
            tags = [chapter, question.objective, question.kind]
            guid = f"measuring-wrongness-{question.id}"
            deck.add_note(genanki.Note(NOTE_TYPE, fields, guid=guid, tags=tags))
        decks.append(deck)
    buffer = io.BytesIO()
    genanki.Package(decks).write_to_file(buffer, timestamp=time)
    # genanki dates the entries with the clock.
    with zipfile.ZipFile(buffer) as written:
        return archive({name: written.read(name) for name in written.namelist()})


def _stable_id(name):
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")


def _text(text):
    return to_html(text, delimited)


def _front(question):
    lines = [f'<div class="task">{TASKS[question.kind]}</div>', f"<p>{_text(question.prompt)}</p>"]
    shown = [option_html(question, index, delimited) for index in range(len(question.options))]
    if question.kind == "order":
        items = "".join(f"<li>{shown[index]}</li>" for index in question.shuffled)
        lines.append(f"<ul>{items}</ul>")
    elif question.kind == "bug":
        lines += [f"<div>{text}</div>" for text in shown]
    elif question.kind not in ("numeric", "card"):
        lines += [f"<div>{letter(index)}. {text}</div>" for index, text in enumerate(shown)]
    return "".join(lines)


def _back(question):
    if question.kind == "card":
        return f"<p>{_text(question.back)}</p><p>{_text(question.trap)}</p>"
    lines = []
    for index, option in enumerate(question.options):
        if question.kind in ("numeric", "order"):
            name = option_html(question, index, delimited)
        else:
            name = str(index + 1) if question.kind == "bug" else letter(index)
        mark = "✓" if option.right else "✗"
        place = f"{index + 1}. " if question.kind == "order" else f"{mark} "
        lines.append(f"<p>{place}<b>{name}</b>: {_text(option.feedback)}</p>")
    if question.otherwise:
        lines.append(f"<p>{_text(question.otherwise)}</p>")
    return "".join(lines)
