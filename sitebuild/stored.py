"""What a stored notebook holds, and what of it someone made who was not the tool.

The tool leaves marks: a cell's id is a digest of its source, a code cell carries one of its
outputs, the notebook one of its text. So a stored notebook itself tells what an earlier text
explains, and what was written or run since. What a front end adds or moves by opening, running
and saving is no work: execution counts, ids, metadata, views of widgets, how a stream is cut,
the order between two streams, blank cells at the end.
"""

import hashlib
import json
import re
import warnings

import nbformat

from sitebuild.reveals import fold_reveals

MARK = "lossfns"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
# As nbval compares them: what a figure shows is tested as data, its pixels are the machine's.
PIXELS = re.compile(r"(?<=data:image/png;base64,)[A-Za-z0-9+/=\s]+")


class NotebookError(Exception):
    """A chapter or a notebook at fault; the message names the file and the place."""


def read(path):
    """The stored notebook at a path, of whatever version of the format."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook = nbformat.reads(text, as_version=4, capture_validation_error={})
        for cell in notebook.cells:
            cell_digest(cell)
            outputs_digest(cell)
    except OSError as error:
        raise NotebookError(f"can't be read: {error}") from None
    except Exception as error:
        # Any JSON may stand there, and each kind fails in its own way.
        fault = str(error).splitlines() or [repr(error)]
        raise NotebookError(f"is no whole notebook: {fault[0]}") from None
    return notebook


def digest(text, length):
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def source(cell):
    """The source of a cell, however its lines end."""
    return cell.source.replace("\r\n", "\n").rstrip("\n")


def cell_digest(cell):
    """What a cell's id begins with, so that a changed source shows."""
    return digest(f"{cell.cell_type}\n{source(cell)}", 8)


def text_digest(converted):
    """A digest of all that a text determines."""
    return digest(json.dumps(converted, sort_keys=True), 16)


def outputs_digest(cell):
    """A digest of what a cell shows, the same after each run of the same code; "" for nothing."""
    streams, shown = {}, []
    for output in cell.get("outputs", ()):
        if output.output_type == "stream":
            streams[output.name] = streams.get(output.name, "") + output.text
        elif output.output_type == "error":
            shown.append({"error": f"{output.ename}: {output.evalue}"})
        else:
            data = {mime: _plain(mime, value) for mime, value in output.data.items()}
            data.pop(WIDGET_VIEW, None)
            shown.append(data)
    streams = {name: text.rstrip() for name, text in streams.items() if text.strip()}
    shown = [data for data in shown if data]
    return digest(json.dumps([streams, shown], sort_keys=True), 16) if streams or shown else ""


def _plain(mime, value):
    if mime == "image/png":
        return ""
    return PIXELS.sub("", value).rstrip() if isinstance(value, str) else value


def mark(thing):
    """The mark that the tool left in the metadata of a notebook or a cell, or ""."""
    left = thing.metadata.get(MARK)
    return left if isinstance(left, str) else ""


def cells(notebook):
    """The cells of a notebook without the blank ones that a front end appends."""
    return [c for c in notebook.cells if source(c).strip() or outputs_digest(c)]


def made(converted, ran):
    """The notebook to store and to show: the text's cells with the outputs of a run, marked."""
    text = text_digest(converted)
    number = 0
    for cell, run in zip(cells(converted), cells(ran), strict=True):
        if cell.cell_type == "code":
            number += 1
            cell.execution_count = number
            cell.outputs = [_stored(output, number) for output in _joined(run.outputs)]
            if shown := outputs_digest(cell):
                cell.metadata[MARK] = shown
    converted.metadata[MARK] = text
    fold_reveals(converted)
    return converted


def _joined(outputs):
    joined = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output.output_type == "stream" == last.get("output_type") and output.name == last.name:
            last.text += output.text
        else:
            joined.append(nbformat.from_dict(output))
    return joined


def _stored(output, number):
    output.get("data", {}).pop(WIDGET_VIEW, None)
    if "execution_count" in output:
        output.execution_count = number
    return output


def work(stored, converted):
    """What replacing a stored notebook would lose: a line for each such cell.

    A cell is explained if the text has it, or if an earlier text had: its id says so. Its outputs
    are explained if the tool stored them.
    """
    explained = {cell_digest(cell) for cell in converted.cells}
    explained |= {str(cell.get("id", "")).partition("-")[0] for cell in stored.cells}
    found = []
    for number, cell in enumerate(stored.cells, 1):
        shown = outputs_digest(cell)
        if source(cell).strip() and cell_digest(cell) not in explained:
            first = source(cell).strip().splitlines()[0]
            found.append(f"cell {number} is not of the text: {first[:60]}")
        elif shown and shown != mark(cell):
            found.append(f"cell {number} shows another output than was stored")
    return found


def differences(stored, converted):
    """Why a stored notebook is not what its text gives, line by line; nothing if it is."""
    found = work(stored, converted)
    kept, wanted = cells(stored), cells(converted)
    same = [(c.cell_type, source(c)) for c in kept] == [(c.cell_type, source(c)) for c in wanted]
    if mark(stored) != text_digest(converted):
        found.append("the text was changed since")
    elif not same and not found:
        found.append("cells were moved or deleted")
    elif same:
        found += [
            f"cell {number} lost its output"
            for number, cell in enumerate(kept, 1)
            if mark(cell) and not outputs_digest(cell)
        ]
    return found
