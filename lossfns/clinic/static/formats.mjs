// The formats of a training log but tables, each recognised by its content, as in formats/. No DOM.
//
// A format is { name, recognise(head, rows) }, which gives a reader or undefined; a reader has
// read(lines, first), where the first line has the number `first`, and end().
import { LogError } from "./lines.mjs";
import { EPOCH_WORDS, HELD_OUT, meaningOf, STEP_WORDS, spokenName, TRAINING } from "./names.mjs";
import { DIGITS, floatOf } from "./rows.mjs";

const blank = (line) => line.trim() === "";

// A list of numbers for each name, as Keras keeps it or as Python code; the place is the epoch. Each
// has two numbers at least, perhaps over several lines.
const LISTED = new RegExp(
  `(?:["']\\w*(?:loss|acc|accuracy)["']\\s*:|^[ \\t]*\\w*(?:loss|losses|acc|accuracy)\\s*=)\\s*\\[\\s*(?:$|${DIGITS}\\s*(?:,|$))`,
  "im",
);
const LIST_TOKEN = new RegExp(
  `(?:["']([^"'\\\\]+)["']\\s*:|^\\s*([A-Za-z_]\\w*)\\s*=)\\s*\\[|(\\])|(${DIGITS})`,
  "gi",
);

const historyFormat = {
  name: "history",
  recognise(head, rows) {
    if (!LISTED.test(head.join("\n"))) return undefined;
    const series = new Map();
    let now;
    return {
      read(lines, first) {
        lines.forEach((line, i) => {
          for (const [, quoted, plain, closed, value] of line.matchAll(LIST_TOKEN)) {
            const name = quoted ?? plain;
            if (name) {
              if (!series.has(name)) series.set(name, { name, values: [], lines: [] });
              now = series.get(name);
            } else if (closed) now = undefined;
            else if (now) {
              now.values.push(floatOf(value));
              now.lines.push(first + i);
            }
          }
        });
      },
      end() {
        let here = [...series.values()];
        for (let i = 0; ; i += 1) {
          here = here.filter(({ values }) => i < values.length);
          if (!here.length) break;
          const pairs = here.map(({ name, values }) => [name, values[i]]);
          const line = here.reduce((least, { lines }) => Math.min(least, lines[i]), Infinity);
          rows.add([["epoch", i + 1], ...pairs], line);
        }
      },
    };
  },
};

// Rows in braces, over one line or many: JSON lines, a trainer's state, dicts that Python printed.
const OBJECT_TOKEN = new RegExp(
  `([{}\\[\\]])|["']([^"'\\\\]+)["']\\s*:\\s*(?:["']?(-?NaN|-?Infinity|${DIGITS})["']?(?=\\s*[,}\\]]|$))?|(?<!\\\\)"[^"\\\\]*(?:\\\\.[^"\\\\]*){0,10000}"`,
  "gi",
);
// A row deeper than that is no log's, and its names would grow for ever.
const LONGEST_PREFIX = 200;
// Nor are so many brackets that nothing closes, or so many numbers in one row.
const [DEEPEST, MOST_NUMBERS] = [10_000, 4_000_000];
const prefixed = (prefix, key) => (prefix.length < LONGEST_PREFIX ? `${prefix}${key}/` : prefix);
const QUOTED_NUMBER = new RegExp(`^(?:${DIGITS})$`, "i");
const OBJECT_KEY = /\{\s*["'][^"'\\]+["']\s*:/;
const OBJECT_START = /\{\s*(?:$|["'][^"'\\]+["']\s*:)|^\s*\[/;

// The numbers of an object on one line, also those in quotes; undefined if it is not as simple.
function flatPairs(line) {
  if (!line.endsWith("}")) return undefined;
  // As Python prints a dict.
  const text = line.includes("'") && !line.includes('"') ? line.replaceAll("'", '"') : line;
  let entries;
  try {
    entries = Object.entries(JSON.parse(text));
  } catch {
    return undefined;
  }
  const pairs = [];
  for (const [name, value] of entries) {
    const kind = typeof value;
    if (kind === "number") pairs.push([name, value]);
    else if (kind === "string") {
      if (QUOTED_NUMBER.test(value)) pairs.push([name, floatOf(value)]);
    } else if (kind === "object" && value !== null) return undefined;
  }
  return pairs;
}

// The rows of an object: one, unless it is a frame that was written by columns, each of which names
// its rows by their index.
function unfolded(pairs) {
  const rows = new Map();
  for (const [name, value] of pairs) {
    const cell = /^([^/]+)\/(\d+)$/.exec(name);
    if (!cell) return [pairs];
    if (!rows.has(cell[2])) rows.set(cell[2], []);
    rows.get(cell[2]).push([cell[1], value]);
  }
  return [...rows.values()];
}

// The brackets that are open, and the rows that end in a line; undefined if none does and it
// belongs to no object.
function bracketReader() {
  // For each open bracket: the pairs of its row (undefined for a list), and its keys' prefix.
  const open = [];
  let key = "";
  // How many of them are no lists.
  let objects = 0;
  // Whether the row's numbers all stand in objects within it.
  let nested = true;
  function push(bracket) {
    if (open.length === DEEPEST) {
      open.length = 0;
      objects = 0;
    }
    open.push(bracket);
    objects += Number(Boolean(bracket.pairs));
  }
  function pop() {
    const bracket = open.pop();
    objects -= Number(Boolean(bracket.pairs));
    return bracket;
  }
  function rowsOf(line) {
    let start = 0;
    if (!open.length) {
      // What a logger writes before an object is no part of it.
      const found = OBJECT_START.exec(line);
      if (!found) return undefined;
      start = found.index;
    }
    const ended = [];
    for (const [, bracket, name, value] of line.slice(start).matchAll(OBJECT_TOKEN)) {
      const top = open.at(-1);
      if (name) {
        key = name;
        if (value && top?.pairs) {
          if (top.pairs.length === MOST_NUMBERS)
            throw new LogError("a row of more than four million numbers is no row of a log");
          top.pairs.push([top.prefix + name, floatOf(value)]);
          nested &&= top.prefix !== "";
        }
      } else if (bracket === "[") push({ pairs: undefined, prefix: "" });
      else if (bracket === "{")
        push(
          top?.pairs
            ? { pairs: top.pairs, prefix: prefixed(top.prefix, key) }
            : { pairs: [], prefix: "" },
        );
      else if (bracket && top) {
        const { pairs, prefix } = pop();
        if (pairs?.length && !prefix) {
          for (const row of nested ? unfolded(pairs) : [pairs]) ended.push(row);
          nested = true;
        }
      }
    }
    return ended;
  }
  return { open, pop, rowsOf, waits: () => objects > 0 };
}

const objectsFormat = {
  name: "objects",
  recognise(head, rows) {
    if (!OBJECT_KEY.test(head.join("\n"))) return undefined;
    const { open, pop, rowsOf, waits } = bracketReader();
    return {
      start: 0,
      waits,
      // The one row of a line that opens what it closes.
      alone(whole) {
        const line = whole.replace(/,$/, "");
        if (!line.endsWith("}")) return undefined;
        const pairs = line.startsWith("{") ? flatPairs(line) : undefined;
        if (pairs) return pairs;
        const inner = bracketReader();
        const found = inner.rowsOf(line);
        return found?.length === 1 && !inner.open.length ? found[0] : undefined;
      },
      read(lines, first) {
        lines.forEach((line, i) => {
          if (line.startsWith("{")) {
            // Not indented, so no part of another object: one that is still open was cut off.
            while (open.at(-1)?.pairs) pop();
            const pairs = flatPairs(line);
            if (pairs) {
              rows.add(pairs, first + i);
              return;
            }
          }
          const found = rowsOf(line);
          if (!found) rows.ignored += Number(!blank(line));
          for (const pairs of found ?? []) rows.add(pairs, first + i);
        });
      },
      end() {
        rows.cut = open.some(({ pairs }) => pairs?.length);
      },
    };
  },
};

// What Keras prints while it fits: of an epoch's updates only the last counts.
const KERAS_EPOCH = /^\s*Epoch (\d+)\/\d+\s*$/;
const KERAS_BAR = /^\s*(\d+)\/(\d+|Unknown|None)\s/;
const KERAS_PAIR = new RegExp(`(?<![A-Za-z0-9_])([A-Za-z_]\\w*): (${DIGITS})(?=\\s|$)`, "gi");

const kerasFormat = {
  name: "Keras progress",
  recognise(head, rows) {
    const bars = head.some((line) => line.includes(" - ") && KERAS_BAR.test(line));
    if (!bars || !head.some((line) => KERAS_EPOCH.test(line))) return undefined;
    let [epoch, total, last] = [0, "", undefined];
    function end() {
      if (last) rows.add([["epoch", epoch], ...last.pairs], last.line);
      last = undefined;
      total = "";
    }
    return {
      read(lines, first) {
        lines.forEach((line, i) => {
          const started = KERAS_EPOCH.exec(line);
          if (started) {
            end();
            epoch = Number(started[1]);
            return;
          }
          const bar = KERAS_BAR.exec(line);
          if (!bar) {
            rows.ignored += Number(!blank(line));
            return;
          }
          const [, done, all] = bar;
          const whole = done === all || !/^\d+$/.test(all);
          if (!whole || (total !== "" && total !== all)) return;
          const pairs = [...line.matchAll(KERAS_PAIR)].map(([, name, value]) => [
            name,
            floatOf(value),
          ]);
          if (!pairs.length) return;
          total = all;
          last = { pairs, line: first + i };
        });
      },
      end,
    };
  },
};

// Free text: up to four words, a sign if any, a number, perhaps in a bracket or out of a total.
const WORD = "[A-Za-z_][A-Za-z0-9_@./\\-]{0,99}(?:'s)?";
const TEXT_PAIR = new RegExp(
  `(?<![A-Za-z_])(${WORD}(?: ${WORD}){0,3})["']?\\s*(?:[:=|]\\s*)?(?:[\\[("']\\s*)?(${DIGITS})(?:/\\s*(\\d+))?`,
  "gi",
);
// A loss that says first when it was: "loss after epoch 3: 0.5".
const WHEN = new RegExp(
  `^(.+?) (?:(?:at|after|in|for|of) )?(${[...STEP_WORDS, ...EPOCH_WORDS].join("|")})$`,
  "i",
);
const THEN = new RegExp(`\\s*(?:[:=]|is\\b)\\s*(${DIGITS})`, "iy");
const OF_DATA = `(?<![a-z])(${[...HELD_OUT, ...TRAINING].sort().join("|")})(?![a-z])`;
const DATA = new RegExp(OF_DATA, "i");
const EVERY_DATA = new RegExp(OF_DATA, "gi");
const COMMAS = /(?<![\d.,])(\d+),(\d{2,})(?![\d,])/g;
const POINTS = /\d\.\d/;
// No line of a log is longer; what is, is data, and would take for ever.
const LONG = 4000;
// [name, number] of each known name in a line. A line that says of which data it speaks says so for
// the names behind, as in "Test set: loss 0.05".
function namedIn(line) {
  const found = [];
  const said = [...line.matchAll(EVERY_DATA)];
  let data = "";
  for (const pair of line.matchAll(TEXT_PAIR)) {
    const { index, 0: whole, 3: over } = pair;
    let [, spoken, written] = pair;
    while (said.length && said[0].index < index + spoken.length) data = said.shift()[1];
    const when = WHEN.exec(spoken);
    if (when && spokenName(when[1])) {
      found.push([when[2], floatOf(written)]);
      THEN.lastIndex = index + whole.length;
      const then = THEN.exec(line);
      if (!then) continue;
      [spoken, written] = [when[1], then[1]];
    }
    let name = spokenName(spoken);
    const means = name && meaningOf(name);
    if (!means) continue;
    if (!["step", "epoch", "rate"].includes(means.kind) && !DATA.test(name))
      name = `${data} ${name}`.trim();
    // Of "accuracy: 98/100" the share; of "epoch 3/10" the number.
    const share = means.kind === "accuracy" && Number(over) > 0;
    found.push([name, share ? floatOf(written) / Number(over) : floatOf(written)]);
  }
  return found;
}

const textFormat = {
  name: "text",
  recognise(head, rows) {
    const text = head.join("\n");
    const commas = text.search(COMMAS) >= 0 && !POINTS.test(text);
    function alone(whole) {
      const line = whole.slice(0, LONG).replaceAll("tensor(", "");
      return namedIn(commas ? line.replace(COMMAS, "$1.$2") : line);
    }
    return {
      start: 0,
      waits: () => false,
      alone,
      read(lines, first) {
        lines.forEach((line, i) => {
          if (!blank(line)) rows.add(alone(line), first + i);
        });
      },
      end() {},
    };
  },
};

export { historyFormat, kerasFormat, objectsFormat, textFormat };
