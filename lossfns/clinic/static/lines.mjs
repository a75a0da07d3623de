// Lines of text from the pieces of a log, as in _lines.py. No DOM here.

const BLOCK = 1 << 18;
const LONGEST_LINE = 8 << 20;
const [ESCAPE, BELL, BACKSPACE] = ["\x1b", "\x07", "\x08"];
// Colours, cursor movements and window titles of a terminal.
const ANSI = new RegExp(
  `${ESCAPE}(?:\\[[0-9;?]*[A-Za-z]|\\][^${BELL}${ESCAPE}]*(?:${BELL}|${ESCAPE}\\\\))`,
  "g",
);
// A progress bar goes back over its own line; what it writes then is a line of its own.
const BACK = new RegExp(`${BACKSPACE}+\\r?|\\r\\n?`, "g");
// How C writes what is no number, on Windows and with what kind of nan it is.
const ODD_NAN = /\b1\.#(?:IND|QNAN|SNAN)0*|\bnan\((?:ind|snan|0x[0-9a-f]+)\)/gi;
const ODD_INFINITY = /\b1\.#INF0*/gi;
const MARKS = [
  [[0xef, 0xbb, 0xbf], "utf-8"],
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];
// What else people hand over, by what stands near its start.
const OTHERS = [
  ["brain.Event", " (one of TensorBoard's event files? export the curve as CSV)"],
  ["PK\x03\x04", " (an archive? unpack it first)"],
  ["\x1f\x8b", " (compressed? unpack it first)"],
  ["PNG", " (a picture? hand over the numbers that it shows)"],
  ["JFIF", " (a picture? hand over the numbers that it shows)"],
];
// Backspace, tab, both ends of a line, form feed, and the escape that starts a colour.
const TEXTUAL = new Set([8, 9, 10, 12, 13, 27]);

// A log that can't be read: what was expected, and what stands where.
class LogError extends Error {
  constructor(message, line, column) {
    const place = line ? `line ${line}${column ? `, column ${column}` : ""}: ` : "";
    super(place + message);
  }
}

// The encoding of a text that starts so, and how many bytes its mark takes: [name, bytes].
function encodingOf(head) {
  for (const [mark, name] of MARKS)
    if (mark.every((byte, i) => head[i] === byte)) return [name, mark.length];
  let [even, odd] = [0, 0];
  head.forEach((byte, i) => {
    if (byte === 0 && i % 2) odd += 1;
    else if (byte === 0) even += 1;
  });
  // Latin letters in UTF-16 without a mark: every other byte is 0.
  if (odd > 0.4 * head.length && !even) return ["utf-16le", 0];
  if (even > 0.4 * head.length && !odd) return ["utf-16be", 0];
  // A crash leaves zeros behind.
  const text = head.subarray(0, head.findLastIndex((byte) => byte !== 0) + 1);
  if (head.length && !text.length)
    throw new LogError("this is not text: it starts with nothing but zero bytes");
  const control = text.findIndex((byte) => byte < 32 && !TEXTUAL.has(byte));
  if (control >= 0) {
    const latin = String.fromCharCode(...text);
    const hint = OTHERS.find(([mark]) => latin.includes(mark))?.[1] ?? "";
    throw new LogError(`this is not text: byte ${control + 1} is ${text[control]}${hint}`);
  }
  return ["utf-8", 0];
}

// Turns the bytes of a log, which come in pieces, into text.
function textDecoder() {
  let decoder;
  return (bytes) => {
    if (!bytes) return decoder ? decoder.decode() : "";
    let rest = bytes;
    if (!decoder) {
      const [name, mark] = encodingOf(bytes.subarray(0, 4096));
      decoder = new TextDecoder(name, { ignoreBOM: true });
      rest = bytes.subarray(mark);
    }
    return decoder.decode(rest, { stream: true });
  };
}

// The lines of a text, without the empty one behind the last line end.
function splitLines(written) {
  const text = written.startsWith("\ufeff") ? written.slice(1) : written;
  let plain = text.includes(ESCAPE) ? text.replace(ANSI, "") : text;
  if (plain.includes("\r") || plain.includes(BACKSPACE)) plain = plain.replace(BACK, "\n");
  // A file system's zeros, where a crash cut the log.
  if (plain.includes("\0")) plain = plain.replaceAll("\0", "");
  if (plain.includes("1.#")) plain = plain.replace(ODD_INFINITY, "inf");
  if (["1.#", "nan(", "NaN("].some((odd) => plain.includes(odd)))
    plain = plain.replace(ODD_NAN, "nan");
  const lines = plain.split("\n");
  if (!lines.at(-1)) lines.pop();
  return lines;
}

// Cuts a text that comes in pieces into lines: take(piece) gives those that are whole, end() the
// last. A line that never ends, as in JSON on one line, is broken behind a }.
function lineCutter() {
  let rest = "";
  return {
    take(piece) {
      // The half of a line end, or of a colour, waits for what comes next.
      const text = rest + piece;
      let end = text.lastIndexOf("\n") + 1;
      if (!end && text.length > BLOCK) {
        end = Math.max(text.lastIndexOf("\r", text.length - 2), text.lastIndexOf("}")) + 1;
        if (!end && text.length > LONGEST_LINE)
          throw new LogError(`a line of more than ${LONGEST_LINE >> 20} MB is no line of a log`, 1);
      }
      rest = text.slice(end);
      return end ? splitLines(text.slice(0, end)) : [];
    },
    end: () => (rest ? splitLines(rest) : []),
  };
}

export { encodingOf, LogError, lineCutter, textDecoder };
