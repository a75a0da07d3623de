"""Lines of text from the bytes of a log, whatever wrote them, a block at a time."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator

BLOCK = 1 << 18
# Colours, cursor movements and window titles of a terminal.
ANSI = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
# A progress bar goes back over its own line; what it writes then is a line of its own.
BACK = re.compile(r"\x08+\r?|\r\n?")
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# How C writes what is no number, on Windows and with what kind of nan it is.
ODD_NAN = re.compile(r"\b1\.#(?:IND|QNAN|SNAN)0*|\bnan\((?:ind|snan|0x[0-9a-f]+)\)", re.I)
ODD_INFINITY = re.compile(r"\b1\.#INF0*", re.I)
LONGEST = 8 << 20


class LogError(ValueError):
    """A log that can't be read: what was expected, and what stands where.

    Attributes
    ----------
    line, column : int or None
        Where, counted from 1, if one place is to blame.
    """

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        place = f"line {line}" + (f", column {column}" if column else "") + ": " if line else ""
        super().__init__(place + message)
        self.line = line
        self.column = column


def encoding(head: bytes) -> tuple[str, int]:
    """Return the encoding of a text that starts so, and how many bytes its mark takes.

    Raises
    ------
    LogError
        If the bytes are no text.
    """
    for mark, name in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return name, len(mark)
    even, odd = head[0::2].count(0), head[1::2].count(0)
    # Latin letters in UTF-16 without a mark: every other byte is 0.
    if odd > 0.4 * len(head) and not even:
        return "utf-16-le", 0
    if even > 0.4 * len(head) and not odd:
        return "utf-16-be", 0
    text = head.rstrip(b"\0")  # a crash leaves zeros behind
    if head and not text:
        raise LogError("this is not text: it starts with nothing but zero bytes")
    control = next((at for at, byte in enumerate(text) if byte < 32 and byte not in TEXTUAL), None)
    if control is not None:
        hint = next((hint for mark, hint in OTHERS if mark in text), "")
        raise LogError(f"this is not text: byte {control + 1} is {text[control]}{hint}")
    return "utf-8", 0


# What else people hand over, by what stands near its start.
OTHERS = (
    (b"brain.Event", " (one of TensorBoard's event files? export the curve as CSV)"),
    (b"PK\x03\x04", " (an archive? unpack it first)"),
    (b"\x1f\x8b", " (compressed? unpack it first)"),
    (b"PNG", " (a picture? hand over the numbers that it shows)"),
    (b"JFIF", " (a picture? hand over the numbers that it shows)"),
)
# Backspace, tab, both ends of a line, form feed, and the escape that starts a colour.
TEXTUAL = frozenset((8, 9, 10, 12, 13, 27))


def text_blocks(blocks: Iterable[bytes]) -> Iterator[str]:
    """Yield the text of a log's bytes, without a byte order mark."""
    decoder = None
    for block in blocks:
        if decoder is None:
            name, mark = encoding(block[:4096])
            decoder = codecs.getincrementaldecoder(name)("replace")
            block = block[mark:]
        yield decoder.decode(block)
    if decoder is not None:
        yield decoder.decode(b"", final=True)


def whole_lines(texts: Iterable[str]) -> Iterator[str]:
    """Yield a text that comes in pieces in pieces of whole lines, without the last line end.

    Colours are gone; all lines end in `\\n`, also those that ended in `\\r\\n`, in `\\r`, or in the
    backspaces of a progress bar. The last piece holds the last line if nothing ends it; a line that
    never ends, as in JSON on one line, is broken behind a `}`.
    """
    rest = ""
    for text in texts:
        # The half of a line end, or of a colour, waits for what comes next.
        text = rest + text
        end = text.rfind("\n") + 1
        if not end and len(text) > BLOCK:
            end = max(text.rfind("\r", 0, -1), text.rfind("}")) + 1
            if not end and len(text) > LONGEST:
                raise LogError(f"a line of more than {LONGEST >> 20} MB is no line of a log", 1)
        rest = text[end:]
        if end:
            yield _plain(text[:end].removeprefix("\ufeff"))
    if rest:
        yield _plain(rest.removeprefix("\ufeff"))


def _plain(text: str) -> str:
    """Lines as they are to be read, without the last line end."""
    if "\x1b" in text:
        text = ANSI.sub("", text)
    if "\r" in text or "\x08" in text:
        text = BACK.sub("\n", text)
    if "\0" in text:  # a file system's zeros, where a crash cut the log
        text = text.replace("\0", "")
    if "1.#" in text:
        text = ODD_INFINITY.sub("inf", text)
    if "1.#" in text or "nan(" in text or "NaN(" in text:
        text = ODD_NAN.sub("nan", text)
    return text.removesuffix("\n")


def read_blocks(
    file: Iterable[bytes], total: int | None, progress: Callable[[int, int | None], None] | None
) -> Iterator[bytes]:
    """Yield the blocks of a file, and report after each how many bytes are read, of how many."""
    done = 0
    for block in file:
        yield block
        done += len(block)
        if progress is not None:
            progress(done, total)
