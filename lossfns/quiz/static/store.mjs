// The reader's answers, kept in this browser alone: what was answered when.
//
// Each answer is an entry of its own, written once and never changed. Tabs learn late of what the
// others wrote, even under a lock, so answers in one common text would overwrite each other.
//
// Storage may be missing, forbidden, full, damaged, or written by a newer version of the course.
// None of that may cost the page; the reader gets a word instead, and what can't be read stays.

const ENTRY = "measuring-wrongness.answer/";
// All answers in one text, as they were kept at first: read, and never written.
const LIST = "measuring-wrongness.answers";
// Names the last erasure, for tabs that hold answers which they could not write.
const ERASED = "measuring-wrongness.erased";
const CHANGED = "measuring-wrongness.changed";
const VERSION = 1;
const MOST_TEXT = 16000000;
const A_DAY = 86400000;

const NOTHING_KEPT =
  "This browser does not let the page keep anything: what you answer is forgotten when you leave.";
const FULL =
  "This browser's storage is full. What it holds is safe, but what you answer now is forgotten when you leave.";
const DAMAGED = "is damaged";
const NEWER = "comes from a newer version of the course";

class StoreError extends Error {}
class NewerError extends StoreError {}

function isAnswer(answer, latest) {
  return (
    typeof answer === "object" &&
    answer !== null &&
    typeof answer.question === "string" &&
    /^[a-z0-9-]{1,80}$/.test(answer.question) &&
    typeof answer.digest === "string" &&
    /^[0-9a-f]{8}$/.test(answer.digest) &&
    Number.isSafeInteger(answer.at) &&
    answer.at > 0 &&
    answer.at <= latest &&
    typeof answer.right === "boolean" &&
    (answer.page === undefined ||
      (typeof answer.page === "string" && /^[a-z0-9]{1,16}$/.test(answer.page)))
  );
}

const plainAnswer = ({ question, digest, at, right, page }) => ({
  question,
  digest,
  at,
  right,
  ...(page && { page }),
});
// Two tabs may answer the same question in the same millisecond, hence the page.
const identity = ({ question, digest, at, page = "" }) => `${question}/${digest}/${at}/${page}`;
const keyOf = (answer) => `${ENTRY}${VERSION}/${identity(answer)}`;

// Lists as one: every answer once, as the first list has it; oldest first.
function merge(one, other) {
  const all = new Map([...other, ...one].map((answer) => [identity(answer), answer]));
  return [...all]
    .sort(([a, { at }], [b, { at: later }]) => at - later || (a < b ? -1 : 1))
    .map(([, answer]) => answer);
}

// The answers that a text holds, none later than `latest`, and how many entries were not understood.
function parseAnswers(text, latest) {
  if (text.length > MOST_TEXT) throw new StoreError("it is too large");
  let data;
  try {
    data = JSON.parse(text);
  } catch {
    throw new StoreError(`it ${DAMAGED}`);
  }
  if (
    data === null ||
    typeof data !== "object" ||
    !Array.isArray(data.answers) ||
    !Number.isInteger(data.version)
  )
    throw new StoreError("it does not hold answers to this course's questions");
  if (data.version > VERSION) throw new NewerError(`it ${NEWER}`);
  const answers = data.answers.filter((answer) => isAnswer(answer, latest)).map(plainAnswer);
  return { answers: merge(answers, []), refused: data.answers.length - answers.length };
}

// What the storage holds under a key, and what is wrong with it. A clock may have been wrong when
// it was written, or may be wrong now, so any time will do.
function readList(text) {
  try {
    const { answers, refused } = parseAnswers(text, Infinity);
    return { answers, fault: refused ? DAMAGED : "" };
  } catch (error) {
    return { answers: [], fault: error instanceof NewerError ? NEWER : DAMAGED };
  }
}
function readEntry(key, text) {
  const [version, question, digest, at, page] = key.slice(ENTRY.length).split("/");
  if (Number(version) > VERSION) return { answers: [], fault: NEWER };
  const answer = plainAnswer({ question, digest, at: Number(at), right: text === "right", page });
  const sound =
    ["right", "missed"].includes(text) && isAnswer(answer, Infinity) && keyOf(answer) === key;
  return sound ? { answers: [answer], fault: "" } : { answers: [], fault: DAMAGED };
}

const keysOf = (place) =>
  Array.from({ length: place.length }, (_, i) => place.key(i)).filter(
    (key) => key === LIST || key?.startsWith(ENTRY),
  );

// `storage` is a function, for even naming a browser's storage may throw. `page` tells this page
// from others; `wrote()` is called after every change.
function createStore({ storage, now, page, wrote = () => {} }) {
  let unwritten = [];
  let erasure = null;
  let fault = "";

  function look() {
    let parts, last;
    try {
      const place = storage();
      parts = keysOf(place)
        .map((key) => ({ key, text: place.getItem(key) }))
        .filter(({ text }) => text !== null);
      last = place.getItem(ERASED);
    } catch {
      return { answers: merge(unwritten, []), unread: [], blocked: true };
    }
    // Who erased in another tab meant what waits here, too.
    if (last !== erasure) unwritten = [];
    erasure = last;
    const read = parts.map(({ key, text }) => ({
      key,
      text,
      ...(key === LIST ? readList(text) : readEntry(key, text)),
    }));
    return {
      answers: merge(
        read.flatMap(({ answers }) => answers),
        unwritten,
      ),
      unread: read.filter((part) => part.fault),
      blocked: false,
    };
  }
  function write() {
    const waiting = unwritten.length;
    try {
      const place = storage();
      while (unwritten.length) {
        place.setItem(keyOf(unwritten[0]), unwritten[0].right ? "right" : "missed");
        unwritten.shift();
      }
    } catch (error) {
      fault = /quota/i.test(error.name) ? FULL : NOTHING_KEPT;
    }
    if (unwritten.length < waiting) wrote();
  }
  return {
    answers: () => look().answers,
    // What the reader should know about the storage; empty while all is well.
    word() {
      const { unread, blocked } = look();
      if (blocked) return NOTHING_KEPT;
      if (unwritten.length) return fault;
      const faults = [...new Set(unread.map((part) => part.fault))].join(", and part ");
      return (
        faults &&
        `Part of what this browser kept of your answers ${faults}. It is left as it is, and costs no other answer.`
      );
    },
    // How many parts can't be read; an export holds them as they are.
    unread: () => look().unread.length,
    // Never before the last answer to the same question, though a clock be set back.
    add(answer) {
      const same = ({ question, digest }) =>
        question === answer.question && digest === answer.digest;
      const last = look().answers.findLast(same);
      unwritten.push(plainAnswer({ ...answer, at: Math.max(now(), last ? last.at + 1 : 0), page }));
      write();
    },
    // Tries again to write what could not be written.
    settle() {
      look();
      write();
    },
    erase() {
      unwritten = [];
      try {
        const place = storage();
        for (const key of keysOf(place)) place.removeItem(key);
        place.setItem(ERASED, `${now()} ${page}`);
      } catch {
        // What can't be reached holds nothing.
      }
      wrote();
    },
    exportText() {
      const { answers, unread } = look();
      const asTheyAre = Object.fromEntries(unread.map(({ key, text }) => [key, text]));
      return JSON.stringify({
        course: "Measuring Wrongness",
        version: VERSION,
        answers,
        ...(unread.length && { unread: asTheyAre }),
      });
    },
    // How many answers a file added, all or none; throws a StoreError with a word for the reader.
    importText(text) {
      const { answers, refused } = parseAnswers(text, now() + A_DAY);
      if (answers.length === 0 && refused > 0)
        throw new StoreError("no entry of it could be understood");
      const known = new Set(look().answers.map(identity));
      const fresh = answers.filter((answer) => !known.has(identity(answer)));
      unwritten = unwritten.concat(fresh);
      write();
      if (unwritten.length && fault === FULL) {
        const theirs = new Set(fresh);
        for (const answer of theirs) storage().removeItem(keyOf(answer));
        unwritten = unwritten.filter((answer) => !theirs.has(answer));
        throw new StoreError("this browser's storage has no room for it");
      }
      return { added: fresh.length, refused };
    },
  };
}

// The store of this page; `changed` is called soon after another tab, or another part of the page,
// has written, and when the reader comes back to the page.
function openStore({ signal, changed }) {
  const store = createStore({
    storage: () => localStorage,
    now: () => Date.now(),
    page: Math.random().toString(36).slice(2, 10),
    wrote: () => dispatchEvent(new Event(CHANGED)),
  });
  let waiting = false;
  function hear() {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      store.settle();
      changed();
    }, 50);
  }
  for (const name of ["storage", "pageshow", CHANGED]) addEventListener(name, hear, { signal });
  return store;
}

export { createStore, MOST_TEXT, openStore, parseAnswers, StoreError };
