import assert from "node:assert/strict";
import { test } from "node:test";
import {
  format,
  isRevealed,
  parseValue,
  readAddress,
  signed,
  writeAddress,
} from "../../lossfns/web/static/format.mjs";

const params = {
  probability: { key: "p", min: 0.01, max: 0.99, step: 0.01 },
  label: { key: "y", options: [0, 1] },
  axis: { options: ["probability", "logit"] },
  weights: { key: "w", min: 0, max: 1, size: [2, 3] },
  epochs: { min: 1, max: 9, whole: true },
};

test("numbers read well: true minus, infinity, nan, large and tiny", () => {
  assert.equal(format(-0.5), "−0.500");
  assert.equal(format(0), "0.000");
  assert.equal(format(-0), "0.000");
  assert.equal(format(Infinity), "∞");
  assert.equal(format(-Infinity), "−∞");
  assert.equal(format(NaN), "nan");
  assert.equal(format(11013.7), "11,014");
  assert.equal(format(2.354e17), "2.4e17");
  assert.equal(format(-0.0000908), "−9.1e−5");
  assert.equal(format(50.505, 1), "50.5");
});

test("a value out of range is kept within, with a word", () => {
  assert.deepEqual(parseValue("0.5", params.probability), { value: 0.5 });
  assert.deepEqual(parseValue("7", params.probability), {
    value: 0.99,
    note: "kept within 0.01 and 0.99",
  });
  assert.equal(parseValue("-1e9", params.probability).value, 0.01);
  assert.deepEqual(parseValue("2.6", params.epochs), { value: 3, note: "must be whole" });
});

test("what is no value is refused, with a word", () => {
  for (const text of ["", " ", "abc", "NaN", "Infinity", "1e999", "0.5;"])
    assert.deepEqual(parseValue(text, params.probability), { note: "must be a number" });
  assert.deepEqual(parseValue("2", params.label), { note: "must be one of 0, 1" });
  assert.deepEqual(parseValue("1", params.label), { value: 1 });
  assert.deepEqual(parseValue("0.1,0.2,0.3,0.4", params.weights), {
    note: "must be 2 to 3 numbers with commas between",
  });
  assert.deepEqual(parseValue("0.1,x", params.weights), {
    note: "must be 2 to 3 numbers with commas between",
  });
  assert.deepEqual(parseValue("0.1,0.2", params.weights).value, [0.1, 0.2]);
});

test("an address gives back the state it was made from", () => {
  const state = { probability: 1 / 3, label: 0, axis: "logit", weights: [0.1, 1, 0], epochs: 4 };
  const address = writeAddress(
    "https://example.org/book/page.html?loss.p=0.2&other=1#part",
    "loss",
    params,
    (name) => state[name],
  );
  assert.equal(
    address,
    "https://example.org/book/page.html?loss.p=0.3333333333333333&loss.y=0&loss.axis=logit&loss.w=0.1,1,0&loss.epochs=4",
  );
  assert.deepEqual(readAddress(new URL(address).search, "loss", params), {
    values: state,
    notes: [],
  });
});

test("an address asks for the answer only where it says so", () => {
  const shown = writeAddress("https://example.org/page.html", "loss", {}, () => 0, true);
  assert.equal(shown, "https://example.org/page.html?loss.revealed=true");
  for (const search of ["?loss.revealed=true", "?loss.p=0.2&loss.revealed"])
    assert.ok(isRevealed(search, "loss"));
  for (const search of ["", "?loss.p=0.2", "?loss.revealed=false", "?race.revealed=true"])
    assert.ok(!isRevealed(search, "loss"));
});

test("a number with a direction says so in both directions", () => {
  assert.deepEqual(
    [34, -0.5, 0, -0].map((value) => signed(value, 1)),
    ["+34.0", "−0.5", "0.0", "0.0"],
  );
});

test("a bad address falls back, says so, and harms nothing else", () => {
  const { values, notes } = readAddress(
    "?loss.p=soon&loss.y=9&loss.axis=logit&race.p=1&loss.unknown=1&%E0%A4%A",
    "loss",
    params,
  );
  assert.deepEqual(values, { axis: "logit" });
  assert.equal(notes.length, 2);
  assert.match(notes[0], /loss\.p = soon: must be a number/);
  assert.deepEqual(readAddress("", "loss", params), { values: {}, notes: [] });
});

test("of a value as long as a book only the beginning is shown", () => {
  for (const many of ["<b>".repeat(50_000), "1,".repeat(50_000)]) {
    const { notes } = readAddress(`?loss.p=${many}&loss.w=${many}`, "loss", params);
    assert.equal(notes.length, 2);
    assert.ok(notes.every((note) => note.length < 200));
  }
});
