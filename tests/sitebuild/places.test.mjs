import assert from "node:assert/strict";
import { test } from "node:test";
import { goOn, readPlaces, writePlaces } from "../../sitebuild/static/places.mjs";

const place = (at, more = {}) => ({
  id: "the-race",
  heading: "The race",
  at,
  done: false,
  ...more,
});
const PAGES = [
  { address: "primer.html", title: "Primer" },
  { address: "03_cross_entropy.html", title: "3 · Cross-entropy" },
  { address: "exercises/ex01.html", title: "Exercises 1" },
];

test("what was written is read, the newest last", () => {
  const places = new Map([
    ["primer", place(9)],
    ["03_cross_entropy", place(5)],
  ]);
  const read = readPlaces(writePlaces(places));
  assert.deepEqual([...read.keys()], ["03_cross_entropy", "primer"]);
  assert.deepEqual(read.get("primer"), place(9));
});

test("what is no place is none, and hides no other", () => {
  for (const text of [null, "", "null", "7", "[]", "{", '"x"', "[[1]]"])
    assert.equal(readPlaces(text).size, 0, text);
  const bad = [null, 7, "x", [], {}, place("9"), place(NaN), place(1, { id: 3 })];
  bad.push(place(1, { heading: "x".repeat(201) }), place(1, { done: "yes" }));
  const text = JSON.stringify({ ...bad, primer: place(1) });
  assert.deepEqual([...readPlaces(text).keys()], ["primer"]);
  const polluting = readPlaces(`{"__proto__": ${JSON.stringify(place(1))}}`);
  assert.deepEqual([...polluting.keys()], ["__proto__"]);
  assert.equal({}.heading, undefined);
  assert.equal(goOn(polluting, PAGES), null);
});

test("one goes on where one stopped", () => {
  const places = new Map([
    ["primer", place(1)],
    ["03_cross_entropy", place(2)],
  ]);
  assert.deepEqual(goOn(places, PAGES), {
    address: "03_cross_entropy.html#the-race",
    title: "3 · Cross-entropy",
    heading: "The race",
  });
});

test("after a page's end the next page waits, and after the last none", () => {
  const ended = (page) => goOn(new Map([[page, place(1, { done: true })]]), PAGES);
  assert.deepEqual(ended("primer"), PAGES[1]);
  assert.equal(ended("exercises/ex01"), null);
});

test("a page that the site no longer has is not offered", () => {
  assert.equal(goOn(new Map([["gone", place(1)]]), PAGES), null);
  assert.equal(goOn(new Map(), PAGES), null);
});
