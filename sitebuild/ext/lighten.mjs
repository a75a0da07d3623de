// Make what every page loads as small as it can be: styles without rules that no page uses, scripts
// without what only people read, formulas' fonts with the letters that formulas have.
// node lighten.mjs SITE NODE_MODULES; the letters come on the standard input.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [site, modules] = process.argv.slice(2);
const require = createRequire(join(modules, "/"));
const { transformSync } = require("esbuild");
const { PurgeCSS } = require("purgecss");
const subset = require("subset-font");

const STYLES = ["_static/course.css", "_static/formulas.css"];
const [COURSE, FORMULAS] = STYLES;
// Its elements are made by its script, so none of its rules is told to be without use.
const TALK = "_static/present.css";
const letters = readFileSync(0, "utf8");
const files = readdirSync(site, { recursive: true }).sort();
const read = (name) => readFileSync(join(site, name), "utf8");
const write = (name, text) => writeFileSync(join(site, name), text);
// Nothing is rewritten for older browsers than the source was written for.
const minified = (code, loader) =>
  transformSync(code, { loader, minify: true, charset: "utf8" }).code;

// A class is in use if any page or script has the word, so those that a script gives stay.
const scripts = files.filter((name) => /^_static\/[^/]+\.js$/.test(name));
const words = files.filter((name) => /\.html$|^_static\/(questions\/)?[^/]+\.js$/.test(name));
const styles = STYLES.map((name) => ({ raw: read(name) }));
// Some words a script puts together: `ex-${tone}`.
const beginnings = words.flatMap(
  (name) => read(name).match(/(?<![\w-])[a-z][\w-]*-(?=\$\{)/g) ?? [],
);
// Attributes too are given by scripts, which spell them in another way: data-theme is dataset.theme.
const attributes = styles.flatMap(({ raw }) => raw.match(/(?<=\[)[\w-]+/g) ?? []);
const purged = await new PurgeCSS().purge({
  content: words.map((name) => ({ raw: read(name), extension: "html" })),
  css: styles,
  dynamicAttributes: [...new Set(attributes)],
  // "_" is the id that nothing has, which gives the moved inline styles their weight.
  safelist: ["_", ...[...new Set(beginnings)].map((start) => new RegExp(`^${start}`))],
  keyframes: true,
});
// A page with formulas loads one stylesheet too: the second would come a round trip later.
const [course, formulas] = purged.map(({ css }) => minified(css, "css"));
write(COURSE, course);
write(FORMULAS, course + formulas);
if (files.includes(TALK)) write(TALK, minified(read(TALK), "css"));
// The search's index is data.
for (const name of scripts.filter((one) => !one.endsWith("-index.js")))
  write(name, minified(read(name), "js"));
// Hints serve screens of few pixels at a size that formulas do not have.
for (const name of files.filter((one) => one.endsWith(".woff2"))) {
  const font = readFileSync(join(site, name));
  write(name, await subset(font, letters, { targetFormat: "woff2", noHinting: true }));
}
