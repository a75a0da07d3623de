import assert from "node:assert/strict";
import { test } from "node:test";
import * as library from "ts-fsrs";
import { createSchedule, interleave } from "../../lossfns/quiz/static/schedule.mjs";

const DAY = 86400000;
const NOW = Date.UTC(2026, 10, 22, 12);
const { plan, recollect, strengths } = createSchedule(library);
const questions = ["a", "b", "c", "d"].map((question, i) => ({
  question,
  digest: `0000000${i}`,
  objective: i < 2 ? "one" : "two",
}));
const answer = (i, daysAgo, right) => ({
  question: questions[i].question,
  digest: questions[i].digest,
  at: NOW - daysAgo * DAY,
  right,
});

test("new questions are drawn from every chapter in turn, in another order each time", () => {
  const many = [9, 3, 1].flatMap((count, chapter) =>
    Array.from({ length: count }, (_, i) => ({ chapter, question: `${chapter}-${i}` })),
  );
  const orders = Array.from({ length: 20 }, () => interleave(many));
  for (const order of orders) {
    assert.deepEqual(new Set(order), new Set(many));
    assert.equal(new Set(order.slice(0, 3).map(({ chapter }) => chapter)).size, 3);
    assert.equal(new Set(order.slice(3, 5).map(({ chapter }) => chapter)).size, 2);
  }
  const said = orders.map((order) => order.map(({ question }) => question).join());
  assert.ok(new Set(said).size > 10);
  assert.ok(new Set(orders.map(([first]) => first.chapter)).size > 1);
});

test("what was missed comes first, the oldest miss before the others; then what is due longest", () => {
  const answers = [
    answer(0, 30, true),
    answer(1, 3, false),
    answer(2, 60, true),
    answer(3, 9, false),
  ];
  const { queue, missed, fresh } = plan(questions, answers, NOW);
  assert.deepEqual(
    queue.map((item) => item.question),
    ["d", "b", "c", "a"],
  );
  assert.equal(missed, 2);
  assert.deepEqual(fresh, []);
});

test("a miss comes back at once; a right answer only after days", () => {
  assert.equal(plan(questions, [answer(0, 0, false)], NOW).queue.length, 1);
  const right = [answer(0, 0, true)];
  assert.equal(plan(questions, right, NOW).queue.length, 0);
  assert.equal(plan(questions, right, NOW + 0.9 * DAY).queue.length, 0);
  const { next } = plan(questions, right, NOW);
  assert.ok(next >= NOW + DAY);
  assert.equal(plan(questions, right, next).queue.length, 1);
});

test("each right answer waits longer than the one before; a miss shortens the wait", () => {
  const answers = [];
  const waits = [];
  let time = NOW;
  for (let review = 0; review < 4; review += 1) {
    answers.push({ ...questions[0], at: time, right: true });
    const { due } = recollect(answers, time);
    waits.push(due - time);
    time = due;
  }
  assert.deepEqual(
    waits,
    [...waits].sort((a, b) => a - b),
  );
  assert.ok(waits[3] > 5 * waits[0]);
  const missed = [
    ...answers,
    { ...questions[0], at: time, right: false },
    { ...questions[0], at: time + DAY, right: true },
  ];
  assert.ok(recollect(missed, time + DAY).due - time - DAY < waits[3] / 2);
});

test("answers to a question that was edited since do not count", () => {
  const old = { ...answer(0, 5, false), digest: "ffffffff" };
  const { queue, fresh } = plan(questions, [old], NOW);
  assert.equal(queue.length, 0);
  assert.equal(fresh.length, 4);
});

test("an objective is as firm as its questions: untried and missed ones count as nothing", () => {
  const { items } = plan(
    questions,
    [answer(0, 0, true), answer(2, 0, true), answer(3, 1, false)],
    NOW,
  );
  const strength = strengths(items, "objective");
  assert.deepEqual(strength.get("one"), { chance: 0.5, tried: 1, of: 2 });
  assert.deepEqual(strength.get("two"), { chance: 0.5, tried: 2, of: 2 });
});

test("strength fades with the days", () => {
  const chances = [0, 1, 5, 30, 365].map(
    (days) => recollect([answer(0, 0, true)], NOW + days * DAY).chance,
  );
  assert.equal(chances[0], 1);
  for (let i = 1; i < chances.length; i += 1) assert.ok(chances[i] < chances[i - 1]);
  assert.ok(chances.at(-1) > 0);
});

test("a question due is about nine times in ten still known", () => {
  const answers = [answer(0, 0, true)];
  const { due } = recollect(answers, NOW);
  assert.ok(Math.abs(recollect(answers, due).chance - 0.9) < 0.05);
});

test("an answer that a fast clock dated a year ahead does not keep its question away", () => {
  const ahead = [answer(0, -365, true)];
  const { items } = plan(questions, ahead, NOW);
  assert.ok(items[0].due < NOW + 30 * DAY);
  assert.equal(plan(questions, [answer(0, -365, false)], NOW).missed, 1);
  assert.equal(
    plan(questions, [answer(0, -365, false), answer(0, -365.0001, true)], NOW).missed,
    0,
  );
});

test("a clock set back costs nobody the page", () => {
  const { items } = plan(
    questions,
    [answer(1, -0.1, false), answer(0, -0.9, true), answer(1, -0.9, true)],
    NOW,
  );
  for (const item of items) assert.ok(item.chance >= 0 && item.chance <= 1);
  assert.equal(items[0].chance, 1);
});
