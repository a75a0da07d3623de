// Explains what was typed: { words, cases: [[value, told], …] } in a file, one answer each.
import { readFileSync } from "node:fs";
import { explainValue, Refused } from "../../lossfns/clinic/static/explain.mjs";

const { words, cases } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const answers = cases.map(([value, told]) => {
  try {
    return explainValue(value, told, words).map(({ value: _, ...found }) => found);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error.field;
  }
});
console.log(JSON.stringify(answers));
