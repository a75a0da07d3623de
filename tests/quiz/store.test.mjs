import assert from "node:assert/strict";
import { test } from "node:test";
import { createStore, parseAnswers, StoreError } from "../../lossfns/quiz/static/store.mjs";

const NOW = Date.UTC(2026, 10, 22);
const ANSWER = { question: "mse-nudge", digest: "0123abcd", right: true };
const LIST = "measuring-wrongness.answers";
const ENTRY = "measuring-wrongness.answer/";

// A browser's storage, with room for so many characters; `heed` hears of every call before it.
function fakeStorage(entries = {}, { room = Infinity, heed = () => {} } = {}) {
  const kept = new Map(Object.entries(entries));
  const size = () => [...kept].flat().join("").length;
  let names = [];
  return {
    kept,
    makeRoom: () => (room = Infinity),
    get length() {
      heed();
      return kept.size;
    },
    key(place) {
      if (place === 0) names = [...kept.keys()];
      return names[place] ?? null;
    },
    getItem(name) {
      heed();
      return kept.get(name) ?? null;
    },
    setItem(name, value) {
      heed();
      if (room < Infinity && size() + name.length + value.length > room)
        throw Object.assign(new Error("full"), { name: "QuotaExceededError" });
      kept.set(name, value);
    },
    removeItem(name) {
      heed();
      kept.delete(name);
    },
  };
}

let pages = 0;
function store(storage, clock = { time: NOW }) {
  pages += 1;
  const now = () => {
    clock.time += 1000;
    return clock.time;
  };
  return createStore({ storage: () => storage, now, page: `p${pages}` });
}
const file = (answers, version = 1) =>
  JSON.stringify({ course: "Measuring Wrongness", version, answers });
const at = (time, more = {}) => ({ ...ANSWER, at: time, ...more });
const entry = (time, { question = ANSWER.question, version = 1 } = {}) =>
  `${ENTRY}${version}/${question}/0123abcd/${time}/`;
const forbidden = () => {
  throw Object.assign(new Error("denied"), { name: "SecurityError" });
};
const questions = (kept) =>
  kept
    .answers()
    .map(({ question }) => question)
    .sort();

// --- kept -------------------------------------------------------------------------------------

test("an answer is kept with its time, and read by the next visit", () => {
  const storage = fakeStorage();
  store(storage).add(ANSWER);
  const [kept, ...others] = store(storage).answers();
  assert.deepEqual(others, []);
  assert.deepEqual(kept, { ...ANSWER, at: NOW + 1000, page: kept.page });
  assert.equal(store(storage).word(), "");
});

test("what is kept says which version wrote it", () => {
  const storage = fakeStorage();
  store(storage).add(ANSWER);
  const [key] = storage.kept.keys();
  assert.ok(key.startsWith(`${ENTRY}1/`));
});

test("an answer costs less than a hundred characters, and the ten-thousandth drops no other", () => {
  const storage = fakeStorage();
  const kept = store(storage);
  kept.importText(file(Array.from({ length: 9999 }, (_, i) => at(NOW - 1e6 + i))));
  kept.add(ANSWER);
  assert.equal(kept.answers().length, 10000);
  assert.equal(kept.answers()[0].at, NOW - 1e6);
  assert.ok([...storage.kept].flat().join("").length / 10000 < 100);
});

test("answers from before each had its own entry still count, and are not rewritten", () => {
  const text = file([at(NOW - 5000), at(NOW - 9000, { question: "mse-sign" })]);
  const storage = fakeStorage({ [LIST]: text });
  const kept = store(storage);
  kept.add({ ...ANSWER, question: "mse-bell" });
  assert.deepEqual(questions(store(storage)), ["mse-bell", "mse-nudge", "mse-sign"]);
  assert.equal(storage.kept.get(LIST), text);
  assert.equal(kept.word(), "");
});

test("what others keep at the same address is neither read nor erased", () => {
  const others = { theme: "dark", "measuring-wrongness.other": "x", [`x${ENTRY}1`]: "right" };
  const storage = fakeStorage(others);
  const kept = store(storage);
  kept.add(ANSWER);
  kept.erase();
  for (const [key, text] of Object.entries(others)) assert.equal(storage.kept.get(key), text);
  assert.deepEqual(kept.answers(), []);
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
  const times = kept
    .answers()
    .filter((answer) => answer.question === ANSWER.question)
    .map((answer) => [answer.right, answer.at]);
  assert.deepEqual(times, [
    [true, NOW + 1000],
    [false, NOW + 1001],
  ]);
});

// --- several tabs -----------------------------------------------------------------------------

// Runs a scenario once for every way in which its choices can fall; how many there are.
function everyWay(scenario) {
  const path = [];
  let runs = 0;
  do {
    let depth = 0;
    scenario((ways) => {
      if (depth === path.length) path.push({ way: 0, ways });
      return path[depth++].way;
    });
    runs += 1;
    while (path.length && path.at(-1).way + 1 === path.at(-1).ways) path.pop();
    if (path.length) path.at(-1).way += 1;
  } while (path.length);
  return runs;
}

// Tabs as browsers run them, each in a process of its own: what one writes is true at once, and
// the others learn of it later, one change after the other.
function lateTabs(count) {
  const truth = new Map();
  const tabs = Array.from({ length: count }, () => ({ news: [], ...fakeStorage() }));
  return tabs.map((tab) => {
    const tell = (name) => {
      for (const other of tabs) if (other !== tab) other.news.push(name);
    };
    const place = {
      get length() {
        return tab.kept.size;
      },
      key: tab.key,
      getItem: tab.getItem,
      setItem(name, value) {
        tab.kept.set(name, value);
        truth.set(name, value);
        tell(name);
      },
      removeItem(name) {
        tab.kept.delete(name);
        truth.delete(name);
        tell(name);
      },
    };
    const learn = () => {
      const name = tab.news.shift();
      if (truth.has(name)) tab.kept.set(name, truth.get(name));
      else tab.kept.delete(name);
    };
    return { place, news: tab.news, learn };
  });
}

// Every order in which two tabs can go through their acts and learn of each other's.
const inEveryOrder = (acts, prove) =>
  everyWay((choose) => {
    const tabs = lateTabs(2).map((tab, number) => ({
      ...tab,
      store: store(tab.place),
      left: [...acts[number]],
    }));
    for (;;) {
      const steps = tabs.flatMap((tab) => [
        ...(tab.left.length ? [() => tab.left.shift()(tab.store)] : []),
        ...(tab.news.length ? [tab.learn] : []),
      ]);
      if (steps.length === 0) break;
      steps[choose(steps.length)]();
    }
    for (const tab of tabs) prove(questions(tab.store));
  });
const add = (name) => (kept) => kept.add({ ...ANSWER, question: name });

test("two tabs lose no answer, however late each learns of the other's", () => {
  const acts = [
    [add("a"), add("b"), add("c")],
    [add("x"), add("y")],
  ];
  const ways = inEveryOrder(acts, (left) => assert.deepEqual(left, ["a", "b", "c", "x", "y"]));
  assert.ok(ways > 2000, `${ways} ways`);
});

test("an erasure takes what its tab knew of, and no answer that another gives meanwhile", () => {
  let known;
  const erase = (kept) => {
    known = questions(kept);
    kept.erase();
  };
  const acts = [
    [add("a"), erase, add("b")],
    [add("x"), add("y")],
  ];
  inEveryOrder(acts, (left) =>
    assert.deepEqual(
      left,
      ["a", "b", "x", "y"].filter((name) => !known.includes(name)),
    ),
  );
});

test("the same question answered in two tabs in the same millisecond is two answers", () => {
  const [one, other] = lateTabs(2);
  for (const { place } of [one, other]) store(place).add(ANSWER);
  while (one.news.length) one.learn();
  assert.equal(store(one.place).answers().length, 2);
});

// What two tabs do at once: `first`, and in the midst of it, at every call to the storage that it
// makes in turn, `second`. `prove` looks at what is left.
function inTheMidst({ entries = {}, first, second, prove }) {
  return everyWay((choose) => {
    let open = true;
    let inside = false;
    const storage = fakeStorage(entries, {
      heed: () => {
        if (!inside || !open || choose(2) === 0) return;
        open = false;
        second(other);
      },
    });
    const [one, other] = [store(storage), store(storage)];
    inside = true;
    first(one);
    inside = false;
    if (open) second(other);
    prove(store(storage), storage);
  });
}
const had = {
  [LIST]: file([at(NOW - 9000, { question: "old" })]),
  [entry(NOW - 5000, { question: "had" })]: "right",
  [entry(NOW - 4000, { version: 2 })]: "newer",
  [`${ENTRY}1/bad`]: "damaged",
};

test("an answer in the midst of another tab's answer, import or erasure is not lost, nor are others", () => {
  const text = file([at(NOW - 3000, { question: "new-a" }), at(NOW - 2000, { question: "new-b" })]);
  const bring = (kept) => kept.importText(text);
  const pairs = [
    [add("one"), add("two"), ["had", "old", "one", "two"]],
    [bring, add("two"), ["had", "new-a", "new-b", "old", "two"]],
    [add("one"), bring, ["had", "new-a", "new-b", "old", "one"]],
    [bring, bring, ["had", "new-a", "new-b", "old"]],
  ];
  for (const [first, second, all] of pairs) {
    const ways = inTheMidst({
      entries: had,
      first,
      second,
      prove(kept, storage) {
        assert.deepEqual(questions(kept), all);
        for (const [key, text] of Object.entries(had)) assert.equal(storage.kept.get(key), text);
      },
    });
    assert.ok(ways > 5, `${ways} ways`);
  }
  inTheMidst({
    entries: had,
    first: (kept) => kept.erase(),
    second: add("two"),
    prove(kept) {
      assert.ok(
        ["", "two"].includes(questions(kept).join()),
        "what was there is erased; the answer given meanwhile may be",
      );
      assert.equal(kept.unread(), 0);
    },
  });
  inTheMidst({
    entries: had,
    first: add("one"),
    second: (kept) => kept.erase(),
    prove(kept) {
      assert.ok(["", "one"].includes(questions(kept).join()));
      assert.equal(kept.unread(), 0);
    },
  });
});

test("an erased record stays erased in the other tab too, and its next answer is kept", () => {
  const storage = fakeStorage();
  const [one, other] = [store(storage), store(storage)];
  other.add(ANSWER);
  one.erase();
  assert.deepEqual(other.answers(), []);
  other.add({ ...ANSWER, question: "mse-sign" });
  assert.equal(one.answers().length, 1);
});

test("what a tab could not write is erased with the rest, and does not come back", () => {
  const storage = fakeStorage(had, { room: 0 });
  const [one, other] = [store(storage), store(storage)];
  other.add(ANSWER);
  assert.deepEqual(questions(other), ["had", "mse-nudge", "old"]);
  storage.makeRoom();
  one.erase();
  other.settle();
  assert.deepEqual([other.answers(), one.answers(), other.word()], [[], [], ""]);
  other.add({ ...ANSWER, question: "mse-sign" });
  assert.deepEqual(questions(one), ["mse-sign"]);
});

// --- export, import and erase -----------------------------------------------------------------

test("export, erase, import brings everything back, and twice adds nothing", () => {
  const storage = fakeStorage();
  const kept = store(storage);
  kept.add(ANSWER);
  kept.add({ ...ANSWER, question: "mse-sign", right: false });
  const before = kept.answers();
  const text = kept.exportText();
  kept.erase();
  assert.deepEqual(kept.answers(), []);
  assert.equal([...storage.kept.keys()].filter((key) => key.startsWith(ENTRY)).length, 0);
  assert.deepEqual(kept.importText(text), { added: 2, refused: 0 });
  assert.deepEqual(kept.answers(), before);
  assert.deepEqual(kept.importText(text), { added: 0, refused: 0 });
});

test("an import adds to what is there", () => {
  const kept = store(fakeStorage({ [LIST]: file([at(NOW - 5000)]) }));
  assert.deepEqual(kept.importText(file([at(NOW - 5000), at(NOW - 9000)])), {
    added: 1,
    refused: 0,
  });
  assert.deepEqual(
    kept.answers().map((answer) => answer.at),
    [NOW - 9000, NOW - 5000],
  );
});

test("a file can't change what is here, nor bring answers from the future", () => {
  const kept = store(fakeStorage({ [entry(NOW - 5000)]: "right" }));
  assert.deepEqual(kept.importText(file([at(NOW - 5000, { right: false })])), {
    added: 0,
    refused: 0,
  });
  assert.equal(kept.answers()[0].right, true);
  assert.deepEqual(
    kept.importText(file([at(NOW + 2 * 86400000), at(NOW + 3600000, { question: "mse-sign" })])),
    { added: 1, refused: 1 },
  );
  assert.equal(kept.answers().length, 2);
});

test("a file for which there is no room changes nothing", () => {
  const storage = fakeStorage(had, { room: 5000 });
  const kept = store(storage);
  kept.add(ANSWER);
  const before = [...storage.kept];
  const many = Array.from({ length: 200 }, (_, i) => at(NOW - 1e7 + i));
  assert.throws(() => kept.importText(file(many)), /this browser's storage has no room for it/);
  assert.deepEqual([...storage.kept], before);
  assert.deepEqual(questions(kept), ["had", "mse-nudge", "old"]);
  kept.add({ ...ANSWER, question: "mse-sign" });
  assert.deepEqual(questions(store(storage)), ["had", "mse-nudge", "mse-sign", "old"]);
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
    [" ".repeat(2e7)]: /too large/,
    ["[".repeat(1e5)]: /damaged/,
  };
  const storage = fakeStorage(had);
  const before = [...storage.kept];
  for (const [text, word] of Object.entries(hostile)) {
    assert.throws(
      () => store(storage).importText(text),
      (error) => error instanceof StoreError && word.test(error.message),
    );
    assert.deepEqual([...storage.kept], before);
  }
});

test("an entry brings nothing but its own fields, and no prototype", () => {
  const text = `{"version":1,"__proto__":{"polluted":1},"answers":[{"question":"mse-sign","digest":"0123abcd","at":${NOW},"right":true,"html":"<b>","__proto__":{"polluted":1}}]}`;
  const { answers } = parseAnswers(text, NOW);
  assert.deepEqual(Object.keys(answers[0]), ["question", "digest", "at", "right"]);
  assert.equal({}.polluted, undefined);
  assert.equal(answers[0].polluted, undefined);
});

// --- damaged, newer, full, forbidden ------------------------------------------------------------

const DAMAGED = [
  "",
  "{",
  "null",
  "[]",
  "3",
  '"x"',
  '{"version":1}',
  '{"version":"1","answers":[]}',
  '{"version":1,"answers":{}}',
  "\u0000",
];

test("a damaged list is left as it is, with a word, and answers are kept beside it", () => {
  for (const text of DAMAGED) {
    const storage = fakeStorage({ [LIST]: text });
    const kept = store(storage);
    assert.deepEqual(kept.answers(), []);
    assert.match(kept.word(), /is damaged\. It is left as it is, and costs no other answer/);
    kept.add(ANSWER);
    assert.equal(store(storage).answers().length, 1);
    assert.equal(storage.kept.get(LIST), text);
    assert.match(kept.word(), /is damaged/, "it is said as long as it is so");
  }
});

test("single entries that are damaged cost only themselves, in the old list and beside it", () => {
  const bad = [
    null,
    3,
    "x",
    {},
    at("soon"),
    at(NOW, { right: 1 }),
    at(NOW, { digest: "xyz" }),
    at(NOW, { question: "<img>" }),
    at(NOW, { question: "a".repeat(81) }),
    at(-1),
    at(0),
    at(1.5),
    at(1e300),
    at(NaN),
    at(NOW, { question: ["a"] }),
    at(NOW, { page: "<b>" }),
    at(NOW, { page: 3 }),
  ];
  const good = entry(NOW - 1).slice(ENTRY.length);
  const keys = [
    "",
    "1",
    "1/",
    good.replace("1/", "x/"),
    good.replace("1/", "0/"),
    good.replace("mse", "<b>"),
    good.replace("0123", "01"),
    good.slice(0, -1),
    `${good}/more`,
    `${good}A`,
    good.replace(String(NOW - 1), "0"),
    good.replace(String(NOW - 1), `0${NOW - 1}`),
    good.replace(String(NOW - 1), "soon"),
  ];
  const damaged = {
    [LIST]: file([...bad, at(NOW - 2)]),
    ...Object.fromEntries(keys.map((key) => [ENTRY + key, "right"])),
    [entry(NOW - 3)]: "maybe",
  };
  const storage = fakeStorage({ ...damaged, [entry(NOW - 1)]: "right" });
  const kept = store(storage);
  assert.deepEqual(
    kept.answers().map((answer) => answer.at),
    [NOW - 2, NOW - 1],
  );
  assert.equal(kept.unread(), keys.length + 2);
  assert.match(kept.word(), /is damaged\. It is left as it is/);
  kept.add(ANSWER);
  for (const [key, text] of Object.entries(damaged)) assert.equal(storage.kept.get(key), text);
});

test("what a newer version wrote is left as it is, with a word, and answers are kept beside it", () => {
  for (const newer of [
    { [LIST]: file([at(NOW - 1)], 2) },
    { [entry(NOW - 1, { version: 2 })]: "half" },
    { [`${ENTRY}10/anything`]: "{}" },
  ]) {
    const storage = fakeStorage(newer);
    const kept = store(storage);
    kept.add(ANSWER);
    assert.match(kept.word(), /comes from a newer version of the course\. It is left as it is/);
    const [[key, text]] = Object.entries(newer);
    assert.equal(storage.kept.get(key), text);
    assert.equal(store(storage).answers().length, 1);
  }
});

test("what can't be read goes along in an export as it is, and only an erasure ends it", () => {
  const storage = fakeStorage(had);
  const kept = store(storage);
  const { answers, unread } = JSON.parse(kept.exportText());
  assert.equal(answers.length, 2);
  assert.deepEqual(unread, {
    [entry(NOW - 4000, { version: 2 })]: "newer",
    [`${ENTRY}1/bad`]: "damaged",
  });
  assert.match(kept.word(), /comes from a newer version of the course, and part is damaged/);
  const text = kept.exportText();
  kept.erase();
  assert.deepEqual(kept.importText(text), { added: 2, refused: 0 });
  assert.equal(kept.word(), "");
});

test("full storage keeps what it has and the visit, says so, and is written once there is room", () => {
  for (const name of ["QuotaExceededError", "NS_ERROR_DOM_QUOTA_REACHED"]) {
    const storage = fakeStorage(had, { room: 0 });
    const { setItem } = storage;
    storage.setItem = (...item) => {
      try {
        setItem(...item);
      } catch (error) {
        throw Object.assign(error, { name });
      }
    };
    const kept = store(storage);
    kept.add(ANSWER);
    assert.match(
      kept.word(),
      /storage is full\. What it holds is safe, but what you answer now is forgotten/,
    );
    assert.deepEqual(questions(kept), ["had", "mse-nudge", "old"]);
    assert.match(kept.exportText(), /mse-nudge/);
    assert.deepEqual([...storage.kept], Object.entries(had));
    storage.makeRoom();
    kept.settle();
    assert.match(kept.word(), /damaged/);
    assert.deepEqual(questions(store(storage)), ["had", "mse-nudge", "old"]);
  }
});

test("an answer is written whole or not at all", () => {
  for (let room = 0; room < 200; room += 1) {
    const storage = fakeStorage({}, { room });
    const kept = store(storage);
    kept.add(ANSWER);
    const written = store(storage);
    assert.equal(written.answers().length, kept.word() ? 0 : 1);
    assert.equal(written.unread(), 0);
  }
});

test("forbidden storage keeps the visit and says so", () => {
  for (const storage of [forbidden, () => undefined, () => null]) {
    const kept = createStore({ storage, now: () => NOW, page: "p" });
    kept.add(ANSWER);
    assert.equal(kept.answers().length, 1);
    assert.match(kept.word(), /does not let the page keep anything/);
    assert.deepEqual(kept.importText(file([at(NOW - 1)])), { added: 1, refused: 0 });
    assert.equal(JSON.parse(kept.exportText()).answers.length, 2);
    kept.erase();
    assert.deepEqual(kept.answers(), []);
    assert.match(kept.word(), /does not let the page keep anything/);
  }
});

test("every fault of the storage has a word, which goes with its cause", () => {
  const storage = fakeStorage();
  const { setItem } = storage;
  storage.setItem = () => {
    throw new Error("odd");
  };
  const kept = store(storage);
  kept.add(ANSWER);
  assert.match(kept.word(), /does not let the page keep anything/);
  storage.setItem = setItem;
  kept.add({ ...ANSWER, question: "mse-sign" });
  assert.equal(kept.word(), "");
  assert.equal(store(storage).answers().length, 2);
});
