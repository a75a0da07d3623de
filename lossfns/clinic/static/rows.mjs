// Where a format's reader puts what it reads, as in _rows.py: numbers by row and name. No DOM here.
import { meaningOf } from "./names.mjs";
import { stripped } from "./reading.mjs";

// Each text fits in one way only, here and in what is made of it: a pattern that fits in many ways
// tries them all, on a line made for that for ever.
const DIGITS =
  "[-+]?(?:\\d+(?:\\.\\d*)?(?:[eE][-+]?\\d+)?|\\.\\d+(?:[eE][-+]?\\d+)?|inf(?:inity)?\\b|nan\\b)";
// As a whole cell: a plain number, a percentage, or a tensor as Python prints it.
const CELL = new RegExp(
  `^(?:\\[?(${DIGITS})\\]?%?|(?:tensor|np\\.float\\d+)\\(\\[?(${DIGITS})\\]?(?:[,)].*)?)$`,
  "i",
);
const MISSING = new Set(["", "-", "--", "none", "null", "na", "n/a", "no log", "<na>", "nat"]);
const COMMA = /^([-+]?\d+),(\d+(?:[eE][-+]?\d+)?)$/;
// No log has more curves; what has is data.
const MOST_COLUMNS = 1000;
const NO_NUMBER = /^\s*([-+]?)(?:(nan)|inf(?:inity)?)\s*$/i;

// The number of a text that Python's float would take; undefined for any other.
function floatOf(text) {
  const value = Number(text);
  if (value !== 0 && Number.isFinite(value)) return /[xob]/i.test(text) ? undefined : value;
  if (value === 0)
    return /^\s*[-+]?[\d.]*\d[\d.]*(?:e[-+]?\d+)?\s*$/i.test(text) ? value : undefined;
  const found = NO_NUMBER.exec(text);
  if (found) return found[2] ? NaN : found[1] === "-" ? -Infinity : Infinity;
  // Too large for a float, as Python has it.
  return Number.isNaN(value) || /y/i.test(text) ? undefined : value;
}

// The number in a cell, null where the cell says that there is none, undefined for anything else.
function cellNumber(cell) {
  const text = stripped(cell.trim(), "\"'").trim();
  if (MISSING.has(text.toLowerCase())) return null;
  const found = CELL.exec(text.replace(COMMA, "$1.$2"));
  return found ? floatOf(found[1] ?? found[2]) : undefined;
}

function createRows() {
  const rows = {
    columns: new Map(),
    others: new Set(),
    lines: [],
    ignored: 0,
    unreadable: 0,
    cut: false,
    crowded: false,
    complaint: undefined,
  };
  rows.column = (name) => {
    const found = rows.columns.get(name);
    if (found || rows.others.has(name)) return found;
    const means = meaningOf(name);
    if (means && rows.columns.size < MOST_COLUMNS) {
      const column = { name, means, rows: [], values: [] };
      rows.columns.set(name, column);
      return column;
    }
    if (means) rows.crowded = true;
    else if (rows.others.size < 1000) rows.others.add(name);
    return undefined;
  };
  // Keeps a row of [name, value]; of equal names the first.
  rows.add = (pairs, line) => {
    const row = rows.lines.length;
    let kept = false;
    for (const [name, value] of pairs) {
      const column = rows.column(name);
      if (!column || column.rows.at(-1) === row) continue;
      column.rows.push(row);
      column.values.push(value);
      kept = true;
    }
    if (kept) rows.lines.push(line);
    else rows.ignored += 1;
  };
  // Counts a cell that should have been a number, and remembers the first.
  rows.complain = (name, line, column, text) => {
    rows.unreadable += 1;
    rows.complaint ??= { name, line, column, text };
  };
  return rows;
}

export { cellNumber, createRows, DIGITS, floatOf, MOST_COLUMNS };
