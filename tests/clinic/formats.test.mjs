import assert from "node:assert/strict";
import { test } from "node:test";
import { objectsFormat } from "../../lossfns/clinic/static/formats.mjs";
import { createRows } from "../../lossfns/clinic/static/rows.mjs";

test("a frame written by columns gives all its rows, however many", () => {
  const many = 200_000;
  const cells = Array.from({ length: many }, (_, i) => `"${i}": 2.3`);
  const line = `{"loss": {${cells.join(", ")}}}`;
  const rows = createRows();
  objectsFormat.recognise([line], rows).read([line], 1);
  assert.equal(rows.lines.length, many);
});
