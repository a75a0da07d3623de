import assert from "node:assert/strict";
import { test } from "node:test";
import { createModel } from "../../lossfns/web/static/shim.mjs";

test("the model tells its listeners, first of the trait, then of any change", () => {
  const model = createModel({ p: 1, q: 2 });
  const heard = [];
  model.on("change", () => heard.push("any"));
  model.on("change:p", () => heard.push(`p = ${model.get("p")}`));
  model.set("p", 3);
  model.set("q", 4);
  model.save_changes();
  assert.deepEqual(heard, ["p = 3", "any", "any"]);
});

test("setting the same value again is silent", () => {
  const model = createModel({ p: 1 });
  model.on("change", () => assert.fail("nothing changed"));
  model.set("p", 1);
});

test("a listener taken off hears nothing, also when taken off while others listen", () => {
  const model = createModel({ p: 1 });
  let heard = 0;
  const once = () => {
    heard += 1;
    model.off("change", once);
  };
  model.on("change", once);
  model.on("change", () => (heard += 10));
  model.set("p", 2);
  model.set("p", 3);
  assert.equal(heard, 21);
  model.off("change:never", once);
});

test("the state given at the start is not the model's own", () => {
  const state = { p: 1 };
  createModel(state).set("p", 2);
  assert.equal(state.p, 1);
});
