// Reads and grades what was typed: [[key, text], …] in a file, one grade each on the way out.
import { readFileSync } from "node:fs";
import { grade } from "../../lossfns/quiz/static/grade.mjs";
import { readNumber } from "../../lossfns/quiz/static/number.mjs";

const typed = JSON.parse(readFileSync(process.argv[2], "utf8"));
const grades = typed.map(([key, text]) => {
  const { numbers, fault } = readNumber(text);
  return fault || grade(key, numbers).say[0].option;
});
console.log(JSON.stringify(grades));
