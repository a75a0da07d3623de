// A training log in memory, and how it gets there, as in log.py. No DOM here.
import { alikeReader } from "./alike.mjs";
import { historyFormat, kerasFormat, objectsFormat, textFormat } from "./formats.mjs";
import { LogError, lineCutter } from "./lines.mjs";
import { isReward, meaningOf, ofRivals, stemOf, TRAINING } from "./names.mjs";
import { createRows, MOST_COLUMNS } from "./rows.mjs";
import { tableFormat } from "./tables.mjs";

// So many lines of a log, or letters, decide what format it has.
const HEAD = 400;
const HEAD_LETTERS = 1 << 20;
// So much is shown of a name that is told.
const NAME_SHOWN = 60;
// The first that recognises a log reads it; the last takes any text.
const FORMATS = [historyFormat, objectsFormat, kerasFormat, tableFormat, textFormat];

const shownNames = (names) =>
  names
    .slice(0, 8)
    .map((name) => name.slice(0, NAME_SHOWN))
    .join(", ");

function noLoss({ complaint, columns, others }) {
  if (complaint) {
    const { name, line, column, text } = complaint;
    return new LogError(`${name} should be a number, and is '${text.slice(0, 40)}'`, line, column);
  }
  const empty = [...columns.values()].filter(({ means }) => means.kind === "loss");
  if (empty.length) {
    const called = shownNames(empty.map(({ name }) => name));
    return new LogError(`no loss in it: there is no number in ${called}`);
  }
  const names = [...columns.keys(), ...others].filter(Boolean);
  if (!names.length)
    return new LogError(
      "no loss in it: no line has a name and a number, as in \x60loss: 2.3026\x60, and no column is called loss",
    );
  const more = names.length > 8 ? ` and ${names.length - 8} more` : "";
  return new LogError(
    `no loss in it: nothing is called loss; there is ${shownNames(names)}${more}`,
  );
}

// A sum of losses that pull against each other need not fall either, nor one beside rewards.
function freeSums(columns, rewarded) {
  const losses = columns.filter(({ means }) => means.kind === "loss");
  const runs = new Set(losses.filter(({ name }) => ofRivals(name)).map(({ means }) => means.run));
  for (const column of losses)
    if ((rewarded || runs.has(column.means.run)) && stemOf(column.name) === "loss")
      column.means = { ...column.means, free: true };
}

// Takes a plain accuracy for held out where only losses say which of the two they are.
function placeAccuracies(columns) {
  const losses = columns.filter(({ means }) => means.kind === "loss");
  const accuracies = columns.filter(({ means }) => means.kind === "accuracy");
  const ofTraining = ({ name }) =>
    name
      .toLowerCase()
      .replaceAll("_", " ")
      .split(/\s+/)
      .some((word) => TRAINING.has(word));
  const split = losses.some(ofTraining) && losses.some(({ means }) => means.heldOut);
  const said = accuracies.some(
    ({ name, means }) => means.heldOut || name.toLowerCase().includes("train"),
  );
  if (split && !said)
    for (const column of accuracies) column.means = { ...column.means, heldOut: true };
}

// The columns' value at every row: where they have none, the one before.
function carried(columns, count) {
  const ticks = new Float64Array(count).fill(NaN);
  for (const { rows, values } of columns)
    for (let i = 0; i < rows.length; i += 1) ticks[rows[i]] = values[i];
  const has = new Uint8Array(count);
  for (const { rows } of columns) for (const row of rows) has[row] = 1;
  for (let i = 1; i < count; i += 1) if (!has[i]) ticks[i] = ticks[i - 1];
  return ticks;
}

const rises = (ticks, rows) => {
  let before = -Infinity;
  for (const row of rows) {
    if (!(ticks[row] > before && ticks[row] < Infinity)) return false;
    before = ticks[row];
  }
  return true;
};

// What to count by, and its count at every row: it must rise with every value of each loss.
function* clockOf(columns, losses, lines) {
  for (const kind of ["step", "epoch"]) {
    const counts = columns.filter(({ means }) => means.kind === kind);
    // Each alone; then together, where a log counts by one name here and by another there.
    for (const some of [...counts.map((count) => [count]), counts]) {
      yield;
      const ticks = carried(some, lines.length);
      if (losses.every(({ rows }) => rises(ticks, rows))) return [kind, ticks];
    }
  }
  return ["line", new Float64Array(lines)];
}

function* logOf(format, rows) {
  const columns = [...rows.columns.values()].filter((column) => column.rows.length);
  // Without a loss, what is a loss by another name is the loss.
  if (!columns.some(({ means }) => means.kind === "loss"))
    for (const column of columns)
      if (column.means.kind === "also-loss") column.means = { ...column.means, kind: "loss" };
  const losses = columns.filter(({ means }) => ["loss", "perplexity"].includes(means.kind));
  if (!losses.length) throw noLoss(rows);
  freeSums(columns, [...rows.others].some(isReward));
  placeAccuracies(columns);
  const [clock, ticks] = yield* clockOf(columns, losses, rows.lines);
  const series = [];
  for (const { name, means, rows: places, values } of columns) {
    if (means.kind === "step" || means.kind === "also-loss") continue;
    yield;
    const whole = places.length === ticks.length;
    const steps = whole ? ticks : new Float64Array(places).map((row) => ticks[row]);
    series.push({ name, means, steps, values: new Float64Array(values) });
  }
  const notes = [];
  if (rows.complaint) {
    const { name, line, column, text } = rows.complaint;
    const more = rows.unreadable > 1 ? `, and ${rows.unreadable - 1} more like it` : "";
    notes.push(
      `line ${line}, column ${column}: ${name} is '${text.slice(0, 40)}', no number${more}`,
    );
  }
  if (rows.crowded) {
    const most = MOST_COLUMNS.toLocaleString("en");
    notes.push(`of more than ${most} curves the first ${most} are kept`);
  }
  if (rows.cut) notes.push("the log ends in the middle of a row");
  return { format, clock, series, rows: rows.lines.length, ignored: rows.ignored, notes };
}

// What TensorBoard's export says only in its name: which curve it is.
const tagOf = (file) => /-tag-(.+)\.csv$/.exec(file)?.[1] ?? "";

// Reads a log whose text comes in pieces: take(piece) each, then the log from the generator end(),
// which yields where it may pause. `tag` names a curve that has no name of its own.
function logReader(tag = "") {
  const cutter = lineCutter();
  const rows = createRows();
  let head = [];
  let letters = 0;
  let format;
  let reader;
  let at = 1;
  function read(lines) {
    reader.read(lines, at);
    at += lines.length;
  }
  function begin() {
    for (format of FORMATS) {
      reader = format.recognise(head.slice(0, HEAD), rows);
      if (reader) break;
    }
    if (reader.alone) reader = alikeReader(reader, rows);
    read(head);
    head = [];
  }
  const isWritten = (line) => line.trim();
  return {
    take(piece) {
      const lines = cutter.take(piece);
      if (reader) {
        read(lines);
        return;
      }
      for (const line of lines) {
        head.push(line);
        letters += line.length + 1;
      }
      if (head.slice(0, 2 * HEAD).filter(isWritten).length >= HEAD) begin();
      else if (letters >= HEAD_LETTERS) {
        if (head.some(isWritten)) begin();
        else {
          at += head.length;
          head = [];
          letters = 0;
        }
      }
    },
    *end() {
      const last = cutter.end();
      if (reader) read(last);
      else {
        for (const line of last) head.push(line);
        if (!head.some(isWritten)) throw new LogError("the log is empty");
        begin();
      }
      reader.end();
      const means = meaningOf(tag);
      const column = rows.columns.get("loss");
      if (means && column) {
        rows.columns.delete("loss");
        rows.columns.set(tag, { ...column, name: tag, means });
      }
      return yield* logOf(format.name, rows);
    },
  };
}

export { logReader, tagOf };
