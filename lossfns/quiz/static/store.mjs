// The reader's answers, kept in this browser alone: a list of what was answered when.
//
// Storage may be missing, forbidden, full, damaged, or written by a newer version of the course.
// None of that may cost the page; the reader gets a word instead. Another tab may write at any
// time, so every change reads first: nothing is held back but what could not be written.

const PLACE = "measuring-wrongness.answers";
const VERSION = 1;
const MOST_ANSWERS = 20000;
const MOST_TEXT = 4000000;
const A_DAY = 86400000;

const NOTHING_KEPT = "This browser does not let the page keep anything: what you answer is forgotten when you leave.";

class StoreError extends Error {}

function isAnswer(answer, latest) {
  return typeof answer === "object" && answer !== null
    && typeof answer.question === "string" && /^[a-z0-9-]{1,80}$/.test(answer.question)
    && typeof answer.digest === "string" && /^[0-9a-f]{8}$/.test(answer.digest)
    && Number.isSafeInteger(answer.at) && answer.at > 0 && answer.at <= latest
    && typeof answer.right === "boolean";
}

// The answers that a text holds, none later than `latest`, and how many entries were not understood.
function parseAnswers(text, latest) {
  if (text.length > MOST_TEXT) throw new StoreError("it is too large");
  let data;
  try {
    data = JSON.parse(text);
  } catch {
    throw new StoreError("it is damaged");
  }
  if (data === null || typeof data !== "object" || !Array.isArray(data.answers) || !Number.isInteger(data.version))
    throw new StoreError("it does not hold answers to this course's questions");
  if (data.version > VERSION) throw new StoreError("it comes from a newer version of the course");
  const answers = data.answers.filter((answer) => isAnswer(answer, latest))
    .map(({ question, digest, at, right }) => ({ question, digest, at, right }));
  return { answers: merge(answers, []), refused: data.answers.length - answers.length };
}

const identity = ({ question, digest, at }) => `${question} ${digest} ${at}`;

// Both lists as one: every answer once, as the first list has it; oldest first, and the oldest
// dropped if there are too many.
function merge(one, other) {
  const all = new Map([...other, ...one].map((answer) => [identity(answer), answer]));
  return [...all.values()].sort((a, b) => a.at - b.at).slice(-MOST_ANSWERS);
}

const writeAnswers = (answers) => JSON.stringify({ course: "Measuring Wrongness", version: VERSION, answers });

// `storage` is a function, for even naming a browser's storage may throw.
function createStore({ storage, now }) {
  let unwritten = [];
  let word = "";

  function read() {
    let text;
    try {
      text = storage().getItem(PLACE);
    } catch {
      return { answers: [], word: NOTHING_KEPT };
    }
    if (text === null) return { answers: [] };
    try {
      // What was written here is kept, even if a clock was wrong then or is wrong now.
      return { answers: parseAnswers(text, Infinity).answers };
    } catch (error) {
      const newer = error.message.includes("newer");
      return { answers: [], newer, word: `What this browser kept of your answers could not be read: ${error.message}. `
        + (newer ? "It is left as it is; what you answer now is forgotten when you leave." : "Your next answer starts a new record.") };
    }
  }
  function write(answers, { newer }) {
    if (newer) return false;
    try {
      storage().setItem(PLACE, writeAnswers(answers));
      word = "";
      return true;
    } catch (error) {
      word = error.name === "QuotaExceededError"
        ? "This browser's storage is full: what you answer now is forgotten when you leave, unless you export it." : NOTHING_KEPT;
      return false;
    }
  }
  function put(answers) {
    const kept = read();
    word = kept.word ?? "";
    unwritten = merge(unwritten, answers);
    if (write(merge(kept.answers, unwritten), kept)) unwritten = [];
  }
  return {
    answers: () => merge(read().answers, unwritten),
    // What the reader should know about the storage; empty while all is well.
    word: () => word || read().word || "",
    // Never before the last answer to the same question, though a clock be set back.
    add(answer) {
      const same = ({ question, digest }) => question === answer.question && digest === answer.digest;
      const last = this.answers().findLast(same);
      put([{ ...answer, at: Math.max(now(), last ? last.at + 1 : 0) }]);
    },
    erase() {
      unwritten = [];
      word = "";
      try {
        storage().removeItem(PLACE);
      } catch {
        word = "This browser does not let the page keep anything, so there is nothing to erase.";
      }
    },
    exportText() {
      return writeAnswers(this.answers());
    },
    // How many answers a file added; throws a StoreError with a word for the reader.
    importText(text) {
      const { answers, refused } = parseAnswers(text, now() + A_DAY);
      if (answers.length === 0 && refused > 0) throw new StoreError("no entry of it could be understood");
      const here = this.answers();
      const known = new Set(here.map(identity));
      const fresh = answers.filter((answer) => !known.has(identity(answer)));
      if (here.length + fresh.length > MOST_ANSWERS) throw new StoreError("there is no room for it beside the answers that are here");
      put(fresh);
      return { added: fresh.length, refused };
    },
  };
}

// The store of this page; `changed` is called when another tab has written.
function openStore({ signal, changed }) {
  addEventListener("storage", (event) => {
    if (event.key === null || event.key === PLACE) changed();
  }, { signal });
  return createStore({ storage: () => localStorage, now: () => Date.now() });
}

export { createStore, MOST_TEXT, openStore, parseAnswers, StoreError };
