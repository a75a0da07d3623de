// Compares maths.mjs with a table that Python computed: node compare.mjs table.json
import { readFileSync } from "node:fs";

const maths = await import("../../lossfns/explorers/static/maths.mjs");
const TOLERANCE = 1e-12;

// JSON has no infinity and no nan: Python writes them as text.
const SPECIAL = ["Infinity", "-Infinity", "NaN"];
const revive = (value) =>
  Array.isArray(value) ? value.map(revive) : SPECIAL.includes(value) ? Number(value) : value;

function differs(got, expected) {
  if (Array.isArray(expected))
    return (
      !Array.isArray(got) ||
      got.length !== expected.length ||
      expected.some((item, i) => differs(got[i], item))
    );
  if (Object.is(got, expected) || got === expected) return false;
  return !(Math.abs(got - expected) <= TOLERANCE * Math.max(1, Math.abs(expected)));
}

const table = JSON.parse(readFileSync(process.argv[2], "utf-8"));
let compared = 0;
for (const [name, cases] of Object.entries(table)) {
  for (const [given, wanted] of cases) {
    const expected = revive(wanted);
    const got = maths[name](...given.map(revive));
    compared += 1;
    if (differs(got, expected)) {
      console.error(`${name}(${JSON.stringify(given)}) is ${got}, lossfns says ${expected}`);
      process.exitCode = 1;
    }
  }
}
const untested = Object.keys(maths).filter((name) => !(name in table));
if (untested.length) {
  console.error(`no comparison covers ${untested.join(", ")}`);
  process.exitCode = 1;
}
console.log(compared);
