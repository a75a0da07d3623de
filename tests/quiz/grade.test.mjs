import assert from "node:assert/strict";
import { test } from "node:test";
import { grade, readNumbers } from "../../lossfns/quiz/static/grade.mjs";

test("numbers are read as people write them", () => {
  const written = {
    0.25: 0.25,
    " .25 ": 0.25,
    "0,25": 0.25,
    ",5": 0.5,
    "5.": 5,
    "-2": -2,
    "−2": -2,
    "–2": -2,
    "‐2": -2,
    "- 0.5": -0.5,
    "+3": 3,
    "8/27": 8 / 27,
    "-1 / 4": -0.25,
    "1 000": 1000,
    "12,345.5": 12345.5,
    "1,234,567": 1234567,
    "1e-3": 0.001,
    "2E2": 200,
    "0,150": 0.15,
    "-0,989": -0.989,
    "−0,020": -0.02,
    "00,150": 0.15,
  };
  for (const [text, value] of Object.entries(written))
    assert.deepEqual(readNumbers(text), [value], text);
});

test("a comma before three digits may be either, and who meant the key is right", () => {
  assert.deepEqual(readNumbers("1,386"), [1386, 1.386]);
  const key = (value) => ({
    kind: "numeric",
    values: [
      { value, tolerance: 0.002 },
      { value: 1.386, tolerance: 0.002 },
    ],
  });
  assert.equal(grade(key(1386), readNumbers("1,386")).right, true);
  assert.equal(grade(key(2), readNumbers("1,386")).say[0].option, 1);
});

test("what is no number is not taken for one", () => {
  for (const text of [
    "",
    " ",
    "-",
    ".",
    ",",
    "abc",
    "1.2.3",
    "0x10",
    "1e",
    "1e9999",
    "1e400",
    "NaN",
    "Infinity",
    "5 %",
    "--1",
    "1;2",
    "2²",
    "1/4/2",
    "1/0",
    "0/0",
    "/2",
    "1/",
  ])
    assert.deepEqual(readNumbers(text), [], text);
});

test("one choice: only the right one, and only what was chosen is spoken about", () => {
  for (const kind of ["single", "sign", "bug"]) {
    const key = { kind, right: [2] };
    assert.deepEqual(grade(key, [2]), { right: true, say: [{ option: 2, as: "chosen" }] });
    assert.deepEqual(grade(key, [0]), { right: false, say: [{ option: 0, as: "chosen" }] });
  }
});

test("several choices: all that hold and no other; what was missed is named", () => {
  const key = { kind: "multiple", right: [0, 3] };
  assert.equal(grade(key, [3, 0]).right, true);
  assert.equal(grade(key, [0]).right, false);
  assert.equal(grade(key, [0, 1, 3]).right, false);
  assert.deepEqual(grade(key, [1, 3]).say, [
    { option: 1, as: "chosen" },
    { option: 3, as: "chosen" },
    { option: 0, as: "missed" },
  ]);
});

test("a number: within the tolerance of the key, or of a known slip, or another", () => {
  const key = {
    kind: "numeric",
    values: [
      { value: -0.0215, tolerance: 0.0006 },
      { value: -0.989, tolerance: 0.0006 },
    ],
  };
  assert.deepEqual(grade(key, [-0.021]), { right: true, say: [{ option: 0, as: "chosen" }] });
  assert.equal(grade(key, [-0.0221]).right, true, "the edge of the tolerance belongs to it");
  assert.deepEqual(grade(key, [-0.9889]), { right: false, say: [{ option: 1, as: "chosen" }] });
  assert.deepEqual(grade(key, [0.0215]), {
    right: false,
    say: [{ option: "otherwise", as: "chosen" }],
  });
});

test("an order: every one in its place, or those that are not", () => {
  const key = { kind: "order" };
  assert.deepEqual(grade(key, [0, 1, 2]), { right: true, say: [] });
  assert.deepEqual(
    grade(key, [1, 0, 2]).say.map((item) => item.option),
    [1, 0],
  );
});
