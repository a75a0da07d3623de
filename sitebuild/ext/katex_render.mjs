// Reads one formula a line as JSON ({latex, display, output}); writes one answer a line ({html} or {error}).
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { default: katex } = await import(pathToFileURL(`${process.argv[2]}/katex/dist/katex.mjs`));

for await (const line of createInterface({ input: process.stdin })) {
  const { latex, display, output } = JSON.parse(line);
  let answer;
  try {
    answer = {
      html: katex.renderToString(latex, { displayMode: display, output, strict: "error" }),
    };
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
