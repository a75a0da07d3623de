import assert from "node:assert/strict";
import { test } from "node:test";
import {
  afterSkipping,
  clock,
  late,
  placeOf,
  readTalk,
  stopsOf,
  writeTalk,
} from "../../sitebuild/static/talk.mjs";

const ROUTE = [
  { page: "02", screens: [2, 3], minutes: 6, ask: "Why?", skip: false },
  { page: "03", screens: [7], minutes: 4, ask: "", skip: true },
  { page: "03", screens: [9], minutes: 5, ask: "", skip: false },
];
const STOPS = stopsOf({ page: "03", count: 40, route: ROUTE });

test("an address asks for a screen, or for a talk without one, or for none", () => {
  assert.deepEqual(readTalk("?present=12&route=50"), { screen: 12, route: "50" });
  assert.deepEqual(readTalk("?present"), { screen: 0, route: "" });
  assert.equal(readTalk("?p=0.2"), null);
});

test("what is no screen's number asks for no screen in particular", () => {
  for (const odd of ["-3", "1e3", "12345", "x", "", "%00", "7.5"])
    assert.equal(readTalk(`?present=${odd}`).screen, 0, odd);
});

test("an address of a talk keeps what else it asks for, and loses the talk again", () => {
  const talk = { screen: 3, route: "90" };
  assert.equal(writeTalk("?p=0.2&present=9", talk), "?p=0.2&present=3&route=90");
  assert.equal(writeTalk("?p=0.2&present=9&route=90", null), "?p=0.2");
  assert.equal(writeTalk("?present", null), "");
  assert.deepEqual(readTalk(writeTalk("", talk)), talk);
});

test("without a route the screens of the page come one by one", () => {
  const stops = stopsOf({ page: "03", count: 3 });
  assert.deepEqual(
    stops.map(({ page, screen }) => page + screen),
    ["031", "032", "033"],
  );
});

test("a route goes from page to page, each stop at its minute", () => {
  assert.deepEqual(
    STOPS.map(({ page, screen, due }) => [page, screen, due]),
    [
      ["02", 2, 3],
      ["02", 3, 6],
      ["03", 7, 10],
      ["03", 9, 15],
    ],
  );
});

test("who comes from elsewhere stands at the nearest stop of their page", () => {
  assert.equal(placeOf(STOPS, "03", 7), 2);
  assert.equal(placeOf(STOPS, "03", 8), 2);
  assert.equal(placeOf(STOPS, "03", 1), 2);
  assert.equal(placeOf(STOPS, "04", 5), 0);
});

test("skipping leads past all that may be left out, and nowhere at the end", () => {
  assert.equal(afterSkipping(STOPS, 1), 3);
  assert.equal(afterSkipping(STOPS, 3), -1);
});

test("a talk is late by whole minutes, and only along a plan", () => {
  assert.equal(late(5.9 * 60000, STOPS[0]), 2);
  assert.equal(late(2 * 60000, STOPS[0]), 0);
  assert.equal(late(99 * 60000, stopsOf({ page: "03", count: 1 })[0]), 0);
});

test("the clock counts up, past an hour in minutes, and never below nought", () => {
  assert.equal(clock(65_900), "1:05");
  assert.equal(clock(95 * 60000), "95:00");
  assert.equal(clock(-5000), "0:00");
});
