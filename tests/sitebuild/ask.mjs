// Ask the built index every query of a JSON list; print the first pages of each.
import { readFileSync } from "node:fs";
import { engine } from "../../sitebuild/static/rank.mjs";

const [index, queries] = process.argv.slice(2);
const text = readFileSync(index, "utf8");
const search = engine(JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1)));
const found = JSON.parse(queries).map((query) => search(query).map(({ page }) => page));
console.log(JSON.stringify(found));
