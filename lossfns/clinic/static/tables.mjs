// Tables: values between separators, with a line of names or without, as in tables.py. No DOM here.
import { LogError } from "./lines.mjs";
import { meaningOf } from "./names.mjs";
import { stripped } from "./reading.mjs";
import { cellNumber } from "./rows.mjs";

const SEPARATORS = ["\t", ";", ",", "|", "  ", " "];
const QUOTED = /"([^"]*(?:""[^"]*){0,10000})"/g;
const RULE = /^[\s|+:=-]*$/;

// The function that cuts a line at a separator; "  " is two blanks or more.
function splitter(separator) {
  if (separator === " ") return (line) => line.split(/\s+/).filter(Boolean);
  if (separator === "  ") return (line) => line.trim().split(/\s{2,}/);
  if (separator === "|") return (line) => stripped(line.trim(), "|").split("|");
  return (line) => {
    if (!line.includes('"')) return line.split(separator);
    // A separator within quotes is text.
    return line
      .replace(QUOTED, (_, inner) => inner.replaceAll(separator, "\0"))
      .split(separator)
      .map((cell) => cell.replaceAll("\0", separator));
  };
}

const isNumber = (cell) => typeof cellNumber(cell) === "number";
const mayBeNumber = (cell) => cellNumber(cell) !== undefined;

// The names in a line's cells, if they are names, and one of them is known.
function titlesOf(cells) {
  const names = cells.map((cell) => cell.trim());
  if (names.some(isNumber) || !names.some((name) => meaningOf(name))) return undefined;
  // TensorBoard's export does not say of what.
  return names.length === 3 && names[0] === "Wall time" && names[1] === "Step"
    ? ["", "Step", "loss"]
    : names;
}

// [separator, names, lines above the numbers] of a table with a title line.
function titled(head) {
  for (const separator of SEPARATORS) {
    const cut = splitter(separator);
    for (const [i, line] of head.slice(0, -1).entries()) {
      // A comma: a single column has none.
      if (!line.includes(separator) && separator !== ",") continue;
      const names = titlesOf(cut(line));
      if (!names) continue;
      let below = i + 1;
      while (below < head.length && RULE.test(head[below])) below += 1;
      if (below === head.length) continue;
      const cells = cut(head[below]);
      if (!cells.some(isNumber)) continue;
      if (cells.length === names.length) return [separator, names, below];
      // A printed frame has an index.
      const indexed = cells.length === names.length + 1 && cells.every(mayBeNumber);
      if (indexed && (separator === "  " || separator === " "))
        return [separator, ["", ...names], below];
    }
  }
  return undefined;
}

// The same for a table of numbers alone: the first that is no count is taken for the loss.
function untitled(head) {
  const lines = head.filter((line) => line.trim() && !line.trimStart().startsWith("#"));
  for (const separator of SEPARATORS) {
    const table = lines.map(splitter(separator));
    const width = table[0]?.length ?? 0;
    const whole = table.slice(0, -1);
    if (!width || whole.some((cells) => cells.length !== width)) continue;
    if (!(whole.length ? whole : table).every((cells) => cells.every(isNumber))) continue;
    const counts = table.filter((cells) => isNumber(cells[0])).map((cells) => cellNumber(cells[0]));
    const rising = counts.every(
      (count, i) => !i || (counts[i - 1] < count && Number.isInteger(count)),
    );
    const names = width > 1 && rising ? ["step", "loss"] : ["loss"];
    return [separator, [...names, ...Array(width - names.length).fill("")], 0];
  }
  return undefined;
}

// The column of the text, from 1, in which a cell starts.
function placeOf(line, cells, i) {
  let at = 0;
  for (const cell of cells.slice(0, i)) at = line.indexOf(cell, at) + cell.length;
  return line.indexOf(cells[i].trim(), at) + 1;
}

function refuseTitlesAlone(head) {
  const written = head.findIndex((line) => line.trim());
  const more = head.slice(written + 1).some((line) => line.trim());
  if (written < 0 || more || /\d/.test(head[written])) return;
  const titles = SEPARATORS.map((separator) => titlesOf(splitter(separator)(head[written])));
  if (titles.some((names) => names?.length > 1))
    throw new LogError("there is a line of names and no numbers below it", written + 1);
}

const tableFormat = {
  name: "table",
  recognise(head, rows) {
    refuseTitlesAlone(head);
    const found = titled(head) ?? untitled(head);
    if (!found) return undefined;
    const [separator, names, start] = found;
    const cut = splitter(separator);
    // Of two columns with one name the first.
    const places = new Map(names.map((name, i) => [name, i]).reverse());
    const columns = [...places]
      .reverse()
      .map(([name, i]) => [i, rows.column(name)])
      .filter(([, column]) => column);
    const isNoRow = (cells) =>
      cells.length !== names.length || cells.every((cell, i) => cell.trim() === names[i]);
    function readLine(line, at) {
      const cells = cut(line);
      if (isNoRow(cells)) {
        rows.ignored += 1;
        return;
      }
      const pairs = [];
      for (const [i, column] of columns) {
        const value = cellNumber(cells[i]);
        if (value === undefined) {
          // Only the first is told.
          const place = rows.complaint ? 0 : placeOf(line, cells, i);
          rows.complain(column.name, at, place, cells[i].trim());
        } else if (value !== null) pairs.push([column.name, value]);
      }
      rows.add(pairs, at);
    }
    return {
      start,
      waits: () => false,
      // What a line holds; undefined if a cell should be a number and is none.
      alone(line) {
        const cells = cut(line);
        if (isNoRow(cells)) return [];
        const pairs = columns.map(([i, column]) => [column.name, cellNumber(cells[i])]);
        if (pairs.some(([, value]) => value === undefined)) return undefined;
        return pairs.filter(([, value]) => value !== null);
      },
      read(lines, first) {
        lines.forEach((line, i) => {
          if (line.trim()) readLine(line, first + i);
        });
      },
      end() {},
    };
  },
};

export { tableFormat };
