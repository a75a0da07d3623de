// Converts QTI 2.1 items to QTI 3 with an independent converter: node read_qti.mjs item.xml ...
import { readFileSync } from "node:fs";
import { convertQti2toQti3 } from "@citolab/qti-convert/qti-convert-node";

const converted = [];
for (const path of process.argv.slice(2))
  converted.push(await convertQti2toQti3(readFileSync(path, "utf-8")));
console.log(JSON.stringify(converted));
