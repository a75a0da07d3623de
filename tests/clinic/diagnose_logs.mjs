// Reads and diagnoses logs as the page does: { words, cases: [[file, told], …], block } in a file.
import { readFileSync } from "node:fs";
import { diagnose } from "../../lossfns/clinic/static/diagnose.mjs";
import { textDecoder } from "../../lossfns/clinic/static/lines.mjs";
import { logReader, tagOf } from "../../lossfns/clinic/static/log.mjs";

const result = (generator) => {
  let step = generator.next();
  while (!step.done) step = generator.next();
  return step.value;
};

// JSON has no nan.
const written = (values) => [...values].map(String);

function examined(path, told, { words, block }) {
  const bytes = readFileSync(path);
  const decode = textDecoder();
  const reader = logReader(tagOf(path));
  try {
    for (let at = 0; at < bytes.length; at += block)
      reader.take(decode(bytes.subarray(at, at + block)));
    reader.take(decode());
    const log = result(reader.end());
    const series = log.series.map(({ name, means, steps, values }) => ({
      name,
      ...means,
      steps: written(steps),
      values: written(values),
    }));
    return { ...log, series, findings: result(diagnose(log, told, words)) };
  } catch (error) {
    if (error.constructor.name !== "LogError") throw error;
    return error.message;
  }
}

const given = JSON.parse(readFileSync(process.argv[2], "utf8"));
console.log(JSON.stringify(given.cases.map(([file, told]) => examined(file, told, given))));
