import assert from "node:assert/strict";
import { test } from "node:test";
import { createStore, parseAnswers, StoreError } from "../../lossfns/quiz/static/store.mjs";

const NOW = Date.UTC(2026, 10, 22);
const ANSWER = { question: "mse-nudge", digest: "0123abcd", right: true };
const PLACE = "measuring-wrongness.answers";

function fakeStorage(text = null, { full = false } = {}) {
  const kept = new Map(text === null ? [] : [[PLACE, text]]);
  return {
    kept,
    getItem: (name) => kept.get(name) ?? null,
    setItem(name, value) {
      if (full) throw Object.assign(new Error("full"), { name: "QuotaExceededError" });
      kept.set(name, value);
    },
    removeItem: (name) => kept.delete(name),
  };
}

function store(storage, clock = { time: NOW }) {
  return createStore({ storage: () => storage, now: () => (clock.time += 1000) });
}
const file = (answers, version = 1) => JSON.stringify({ course: "Measuring Wrongness", version, answers });
const at = (time, more = {}) => ({ ...ANSWER, at: time, ...more });

test("an answer is kept with its time, and read by the next visit", () => {
  const storage = fakeStorage();
  store(storage).add(ANSWER);
  const kept = store(storage).answers();
  assert.deepEqual(kept, [{ ...ANSWER, at: kept[0].at }]);
  assert.ok(Math.abs(kept[0].at - NOW) < 10000);
  assert.equal(store(storage).word(), "");
});

test("what is kept says which version wrote it", () => {
  const storage = fakeStorage();
  store(storage).add(ANSWER);
  assert.equal(JSON.parse(storage.kept.get(PLACE)).version, 1);
});

test("two tabs do not overwrite each other", () => {
  const storage = fakeStorage();
  const [one, other] = [store(storage, { time: NOW }), store(storage, { time: NOW + 500 })];
  one.add(ANSWER);
  other.add({ ...ANSWER, question: "mse-sign" });
  one.add({ ...ANSWER, question: "mse-bell" });
  for (const tab of [one, other]) assert.deepEqual(tab.answers().map((answer) => answer.question).sort(), ["mse-bell", "mse-nudge", "mse-sign"]);
});

test("an erased record stays erased in the other tab too", () => {
  const storage = fakeStorage();
  const [one, other] = [store(storage), store(storage)];
  other.add(ANSWER);
  one.erase();
  assert.deepEqual(other.answers(), []);
  other.add({ ...ANSWER, question: "mse-sign" });
  assert.equal(one.answers().length, 1);
});

test("export, erase, import brings everything back, and twice adds nothing", () => {
  const storage = fakeStorage();
  const kept = store(storage);
  kept.add(ANSWER);
  kept.add({ ...ANSWER, question: "mse-sign", right: false });
  const before = kept.answers();
  const text = kept.exportText();
  kept.erase();
  assert.equal(storage.kept.size, 0);
  assert.deepEqual(kept.importText(text), { added: 2, refused: 0 });
  assert.deepEqual(kept.answers(), before);
  assert.deepEqual(kept.importText(text), { added: 0, refused: 0 });
});

test("an import adds to what is there", () => {
  const kept = store(fakeStorage(file([at(NOW - 5000)])));
  assert.deepEqual(kept.importText(file([at(NOW - 9000), at(NOW - 5000)])), { added: 1, refused: 0 });
  assert.deepEqual(kept.answers().map((answer) => answer.at), [NOW - 9000, NOW - 5000]);
});

test("a clock that was set back costs no answer, and puts none before those it follows", () => {
  const storage = fakeStorage();
  const clock = { time: NOW };
  const kept = store(storage, clock);
  kept.add(ANSWER);
  kept.add({ ...ANSWER, question: "mse-sign" });
  clock.time = NOW - 30 * 86400000;
  kept.add({ ...ANSWER, right: false });
  assert.equal(kept.word(), "");
  assert.equal(store(storage, { time: NOW }).answers().length, 3);
  const times = kept.answers().filter((answer) => answer.question === ANSWER.question).map((answer) => [answer.right, answer.at]);
  assert.deepEqual(times, [[true, NOW + 1000], [false, NOW + 1001]]);
});

test("a file can neither change nor push out what is here, nor bring answers from the future", () => {
  const storage = fakeStorage(file([at(NOW - 5000)]));
  const kept = store(storage);
  const before = storage.kept.get(PLACE);
  assert.deepEqual(kept.importText(file([at(NOW - 5000, { right: false })])), { added: 0, refused: 0 });
  assert.equal(kept.answers()[0].right, true);
  const many = Array.from({ length: 20000 }, (_, i) => at(NOW - 1e7 + i, { question: "x" }));
  assert.throws(() => kept.importText(file(many)), /no room for it beside the answers that are here/);
  assert.deepEqual(kept.importText(file([at(NOW + 2 * 86400000), at(NOW + 3600000, { question: "mse-sign" })])), { added: 1, refused: 1 });
  assert.equal(kept.answers().length, 2);
  assert.ok(before.length < storage.kept.get(PLACE).length);
});

test("a word about the storage goes when its cause has gone, and every fault has one", () => {
  const kept = store(fakeStorage("{"));
  assert.match(kept.word(), /damaged/);
  kept.add(ANSWER);
  assert.equal(kept.word(), "");
  const odd = fakeStorage();
  odd.setItem = () => { throw new Error("odd"); };
  const other = store(odd);
  other.add(ANSWER);
  assert.match(other.word(), /does not let the page keep anything/);
});

test("damaged storage starts clean, with a word", () => {
  for (const text of ["", "{", "null", "[]", "3", '"x"', '{"version":1}', '{"version":"1","answers":[]}', '{"version":1,"answers":{}}', "\u0000"]) {
    const storage = fakeStorage(text);
    const kept = store(storage);
    assert.deepEqual(kept.answers(), []);
    assert.match(kept.word(), /could not be read.*Your next answer starts a new record/);
    kept.add(ANSWER);
    assert.equal(store(storage).answers().length, 1);
  }
});

test("single entries that are damaged cost only themselves", () => {
  const bad = [null, 3, "x", {}, at("soon"), at(NOW, { right: 1 }), at(NOW, { digest: "xyz" }), at(NOW, { question: "<img>" }),
    at(NOW, { question: "a".repeat(81) }), at(-1), at(0), at(1.5), at(1e300), at(NaN), at(NOW, { question: ["a"] })];
  const kept = store(fakeStorage(file([...bad, at(NOW - 1)])));
  assert.equal(kept.answers().length, 1);
  assert.equal(kept.word(), "");
});

test("a record of a newer version is left as it is, with a word", () => {
  const text = file([at(NOW - 1)], 2);
  const storage = fakeStorage(text);
  const kept = store(storage);
  kept.add(ANSWER);
  assert.match(kept.word(), /newer version.*left as it is/);
  assert.equal(storage.kept.get(PLACE), text);
  assert.equal(kept.answers().length, 1, "the visit itself is remembered");
});

test("full storage keeps the visit, says so, and is written once there is room", () => {
  const storage = fakeStorage(null, { full: true });
  const kept = store(storage);
  kept.add(ANSWER);
  assert.match(kept.word(), /full/);
  assert.equal(kept.answers().length, 1);
  assert.match(kept.exportText(), /mse-nudge/);
  storage.setItem = (name, value) => storage.kept.set(name, value);
  kept.add({ ...ANSWER, question: "mse-sign" });
  assert.equal(kept.word(), "");
  assert.equal(store(storage).answers().length, 2);
});

test("forbidden storage keeps the visit and says so", () => {
  const forbidden = () => { throw Object.assign(new Error("denied"), { name: "SecurityError" }); };
  for (const storage of [forbidden, () => undefined, () => null]) {
    const kept = createStore({ storage, now: () => NOW });
    kept.add(ANSWER);
    assert.equal(kept.answers().length, 1);
    assert.match(kept.word(), /does not let the page keep anything/);
    kept.erase();
    assert.deepEqual(kept.answers(), []);
    assert.match(kept.word(), /nothing to erase/);
  }
});

test("hostile files are refused with a word, and change nothing", () => {
  const hostile = {
    "": /damaged/,
    "PK\u0003\u0004": /damaged/,
    "<script>alert(1)</script>": /damaged/,
    "[1, 2]": /does not hold answers/,
    '{"answers": "all"}': /does not hold answers/,
    [file([at(NOW)], 99)]: /newer version/,
    [file([{ question: "<img src=x onerror=alert(1)>" }])]: /no entry of it could be understood/,
    [`{"version":1,"answers":[${"1,".repeat(3e6)}1]}`]: /too large/,
    ["[".repeat(1e5)]: /damaged/,
  };
  const storage = fakeStorage(file([at(NOW - 1)]));
  const before = storage.kept.get(PLACE);
  for (const [text, word] of Object.entries(hostile)) {
    assert.throws(() => store(storage).importText(text), (error) => error instanceof StoreError && word.test(error.message));
    assert.equal(storage.kept.get(PLACE), before);
  }
});

test("an entry brings nothing but its own fields, and no prototype", () => {
  const text = `{"version":1,"__proto__":{"polluted":1},"answers":[{"question":"mse-sign","digest":"0123abcd","at":${NOW},"right":true,"html":"<b>","__proto__":{"polluted":1}}]}`;
  const { answers } = parseAnswers(text, NOW);
  assert.deepEqual(Object.keys(answers[0]), ["question", "digest", "at", "right"]);
  assert.equal({}.polluted, undefined);
  assert.equal(answers[0].polluted, undefined);
});

test("a record that has grown too long forgets its oldest answers", () => {
  const many = Array.from({ length: 20010 }, (_, i) => at(NOW - 1e6 + i));
  const { answers } = parseAnswers(file(many), NOW);
  assert.equal(answers.length, 20000);
  assert.equal(answers[0].at, NOW - 1e6 + 10);
});
