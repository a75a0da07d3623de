// The formats of a training log but tables, each recognised by its content, as in formats/. No DOM.
//
// A format is { name, recognise(head, rows) }, which gives a reader or undefined; a reader has
// read(lines, first), where the first line has the number `first`, and end().
import { HELD_OUT, meaningOf, spokenName, TRAINING } from "./names.mjs";
import { DIGITS, floatOf } from "./rows.mjs";

const blank = (line) => line.trim() === "";

// One object with a list of numbers for each name, as Keras keeps it; the place is the epoch.
const LISTED = /["'](\w*(?:loss|acc|accuracy))["']\s*:\s*\[\s*(?:$|[-+.\dni])/im;
const LIST_TOKEN = new RegExp(`["']([^"'\\\\]+)["']\\s*:\\s*(\\[)|(\\])|(${DIGITS})`, "gi");

const historyFormat = {
  name: "history",
  recognise(head, rows) {
    if (!LISTED.test(head.join("\n"))) return undefined;
    const series = new Map();
    let now;
    return {
      read(lines, first) {
        lines.forEach((line, i) => {
          for (const [, name, opened, closed, value] of line.matchAll(LIST_TOKEN)) {
            if (opened) {
              if (!series.has(name)) series.set(name, []);
              now = series.get(name);
            } else if (closed) now = undefined;
            else now?.push([floatOf(value), first + i]);
          }
        });
      },
      end() {
        const longest = Math.max(0, ...[...series.values()].map((values) => values.length));
        for (let i = 0; i < longest; i += 1) {
          const here = [...series].filter(([, values]) => i < values.length);
          const pairs = here.map(([name, values]) => [name, values[i][0]]);
          const line = Math.min(...here.map(([, values]) => values[i][1]));
          rows.add([["epoch", i + 1], ...pairs], line);
        }
      },
    };
  },
};

// Rows in braces, over one line or many: JSON lines, a trainer's state, dicts that Python printed.
const OBJECT_TOKEN = new RegExp(
  `([{}\\[\\]])|["']([^"'\\\\]+)["']\\s*:\\s*(?:["']?(-?NaN|-?Infinity|${DIGITS})["']?(?=\\s*[,}\\]]|$))?|"(?:[^"\\\\]|\\\\.)*"`,
  "gi",
);
const OBJECT_KEY = /\{\s*["'][^"'\\]+["']\s*:/;
const OBJECT_START = /\{\s*(?:$|["'][^"'\\]+["']\s*:)|^\s*\[/;

// The numbers of an object of JSON on one line; undefined if it is not as simple.
function flatPairs(line) {
  let entries;
  try {
    entries = Object.entries(JSON.parse(line));
  } catch {
    return undefined;
  }
  const pairs = [];
  for (const pair of entries) {
    const kind = typeof pair[1];
    if (kind === "number") pairs.push(pair);
    else if (kind === "string" || (kind === "object" && pair[1] !== null)) return undefined;
  }
  return pairs;
}

const objectsFormat = {
  name: "objects",
  recognise(head, rows) {
    if (!OBJECT_KEY.test(head.join("\n"))) return undefined;
    // For each open bracket: the pairs of its row (undefined for a list), and its keys' prefix.
    const open = [];
    let key = "";
    function scan(line, at) {
      let start = 0;
      if (!open.length) {
        // What a logger writes before an object is no part of it.
        const found = OBJECT_START.exec(line);
        if (!found) {
          rows.ignored += Number(!blank(line));
          return;
        }
        start = found.index;
      }
      for (const [, bracket, name, value] of line.slice(start).matchAll(OBJECT_TOKEN)) {
        const top = open.at(-1);
        if (name) {
          key = name;
          if (value && top?.pairs) top.pairs.push([top.prefix + name, floatOf(value)]);
        } else if (bracket === "[") open.push({ pairs: undefined, prefix: "" });
        else if (bracket === "{")
          open.push(
            top?.pairs
              ? { pairs: top.pairs, prefix: `${top.prefix}${key}/` }
              : { pairs: [], prefix: "" },
          );
        else if (bracket && top) {
          const { pairs, prefix } = open.pop();
          if (pairs?.length && !prefix) rows.add(pairs, at);
        }
      }
    }
    return {
      read(lines, first) {
        lines.forEach((line, i) => {
          if (line.startsWith("{")) {
            // Not indented, so no part of another object: one that is still open was cut off.
            while (open.at(-1)?.pairs) open.pop();
            const pairs = flatPairs(line);
            if (pairs) {
              rows.add(pairs, first + i);
              return;
            }
          }
          scan(line, first + i);
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
const KERAS_PAIR = new RegExp(`([A-Za-z_]\\w*): (${DIGITS})(?=\\s|$)`, "gi");

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
const WORD = "[A-Za-z_][A-Za-z0-9_@./\\-]*";
const TEXT_PAIR = new RegExp(
  `(${WORD}(?: ${WORD}){0,3})["']?\\s*[:=]?\\s*[\\[("']?\\s*(${DIGITS})(?:/\\s*(\\d+))?`,
  "gi",
);
const OF_DATA = `\\b(${[...HELD_OUT, ...TRAINING].sort().join("|")})\\b`;
const DATA = new RegExp(OF_DATA, "i");
const EVERY_DATA = new RegExp(OF_DATA, "gi");
const COMMAS = /(?<![\d.,])(\d+),(\d{2,})(?![\d,])/g;
const POINTS = /\d\.\d/;

// The number; of "accuracy: 9838/10000", the share.
const pairValue = (said, value, total) =>
  Number(total) && said.includes("cc") ? floatOf(value) / Number(total) : floatOf(value);

// The pairs of a line that says of which data it speaks, as in "Test set: loss 0.05".
function pairsWithData(line) {
  const pairs = [];
  const said = [...line.matchAll(EVERY_DATA)];
  let data = "";
  for (const { index, 1: spoken, 2: value, 3: total = "" } of line.matchAll(TEXT_PAIR)) {
    while (said.length && said[0].index < index + spoken.length) data = said.shift()[1];
    let name = spokenName(spoken);
    if (!name) continue;
    const { kind } = meaningOf(name);
    if (!["step", "epoch", "rate"].includes(kind) && !DATA.test(name.replaceAll("_", " ")))
      name = `${data} ${name}`.trim();
    pairs.push([name, pairValue(spoken, value, total)]);
  }
  return pairs;
}

const textFormat = {
  name: "text",
  recognise(head, rows) {
    const text = head.join("\n");
    const commas = text.search(COMMAS) >= 0 && !POINTS.test(text);
    return {
      read(lines, first) {
        lines.forEach((whole, i) => {
          let line = whole.includes("tensor(") ? whole.replaceAll("tensor(", "") : whole;
          if (commas) line = line.replace(COMMAS, "$1.$2");
          if (DATA.test(line)) rows.add(pairsWithData(line), first + i);
          else if (line) {
            const pairs = [];
            for (const [, spoken, value, total = ""] of line.matchAll(TEXT_PAIR)) {
              const name = spokenName(spoken);
              if (name) pairs.push([name, pairValue(spoken, value, total)]);
            }
            rows.add(pairs, first + i);
          }
        });
      },
      end() {},
    };
  },
};

export { historyFormat, kerasFormat, objectsFormat, textFormat };
