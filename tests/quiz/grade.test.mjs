import assert from "node:assert/strict";
import { test } from "node:test";
import { grade } from "../../lossfns/quiz/static/grade.mjs";

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

test("a number with two readings: who may have meant the key is right", () => {
  const key = (...values) => ({
    kind: "numeric",
    values: values.map((value) => ({ value, tolerance: 0.002 })),
  });
  assert.equal(grade(key(1386, 1.386), [1386, 1.386]).right, true);
  assert.equal(grade(key(2, 1.386), [1386, 1.386]).say[0].option, 1);
});

test("a number near two known slips is taken for the nearer one", () => {
  const key = {
    kind: "numeric",
    values: [5, 1.04, 0.98].map((value) => ({ value, tolerance: 0.05 })),
  };
  assert.equal(grade(key, [1.0]).say[0].option, 2);
  assert.equal(grade(key, [1.02]).say[0].option, 1);
});

test("an order: every one in its place, or those that are not", () => {
  const key = { kind: "order" };
  assert.deepEqual(grade(key, [0, 1, 2]), { right: true, say: [] });
  assert.deepEqual(
    grade(key, [1, 0, 2]).say.map((item) => item.option),
    [1, 0],
  );
});
