// A prediction: the reader guesses, and what the page holds back opens. Nothing is marked.
import { button } from "../../web/static/controls.mjs";
import { h } from "../../web/static/element.mjs";
import { missing, readAnswer, readAnswers } from "./ask.mjs";
import { grade } from "./grade.mjs";

// What was opened in this visit, and with which guess; the browser forgets it with the tab.
const OPENED = "measuring-wrongness.guess/";
const MOST_LETTERS = 40;

// Without a storage nothing is remembered, and nothing else is lost.
function remember(name, guess) {
  try {
    sessionStorage.setItem(OPENED + name, guess);
  } catch {}
}
function recallGuess(name) {
  try {
    return sessionStorage.getItem(OPENED + name);
  } catch {
    return null;
  }
}

// Tells when a search, or a link to what is inside, finds an element that is hidden until then.
function whenFound(held, { signal, found }) {
  held.addEventListener("beforematch", found, { signal });
  // A browser that does not search what is hidden does not follow links there either.
  const follow = () => {
    const target = held.hidden && held.querySelector(":target");
    if (!target) return;
    found();
    target.scrollIntoView();
  };
  for (const event of ["load", "hashchange"]) addEventListener(event, follow, { signal });
}

// In a notebook the form comes from Python; on the site it is in the page already.
function render({ model, el, signal }) {
  const given = model.get("form");
  const onSite = given === undefined;
  if (!onSite) el.innerHTML = given;
  const form = el.querySelector("form");
  const { question, digest, kind } = form.dataset;
  const name = `${question}/${digest}`;
  const fieldset = form.querySelector("fieldset");
  const entry = form.querySelector(".quiz-entry input");
  const row = form.querySelector(".ex-row");
  const held = onSite ? document.getElementById(`held-${question}`) : null;
  const { key, reason } = readAnswers(form, kind);
  const status = h("div", {
    class: "quiz-status",
    role: "status",
    "aria-atomic": "true",
    tabindex: "-1",
  });
  const say = (...lines) => status.replaceChildren(...lines.map((line) => h("p", {}, ...line)));
  const onward = onSite
    ? "Here is what happens."
    : "The next cell shows what happens: run it, or click the dots below it.";

  // The guess as it is written down: an option's number, or what was typed.
  function written() {
    if (kind === "tick") return "ready";
    const answer = readAnswer(form, kind);
    return answer && (entry ? entry.value.trim() : String(answer[0]));
  }
  function write(guess) {
    if (entry) entry.value = guess.slice(0, MOST_LETTERS);
    for (const input of fieldset.querySelectorAll("[type=radio]"))
      input.checked = input.value === guess;
  }
  function guessed() {
    if (kind === "tick") return [["You have your answer. ", onward]];
    const answer = readAnswer(form, kind);
    const { right, say: told } = grade(key, answer);
    const choice = entry
      ? [entry.value.trim()]
      : form.querySelector(`label:has([value="${answer[0]}"]) .quiz-text`).cloneNode(true)
          .childNodes;
    const idea = told.flatMap(({ option }) => reason(option));
    const lines = right ? [h("strong", {}, "So it is. "), ...idea] : [...idea, " ", onward];
    const expected = ["You expected: ", h("strong", {}, ...choice)];
    return right && !onSite ? [expected, lines, [onward]] : [expected, lines];
  }
  function open(guess) {
    form.dataset.outcome = guess ? "guessed" : "shown";
    fieldset.disabled = true;
    row.hidden = true;
    say(...(guess ? guessed() : [[onward]]));
    held?.removeAttribute("hidden");
    remember(name, guess);
  }
  function openHere(guess) {
    open(guess);
    status.focus({ preventScroll: true });
  }
  function submit() {
    const guess = written();
    if (guess === undefined) say([missing(form, kind)]);
    else openHere(guess);
  }

  for (const control of form.querySelectorAll("input"))
    control.dataset.lmSuppressShortcuts = "true";
  if (entry) entry.maxLength = MOST_LETTERS;
  row.append(
    button(kind === "tick" ? "I have my answer" : "This is my guess", () => {}, {
      type: "submit",
      class: "ex-button ex-primary",
    }),
    button("Show me", () => openHere(""), {
      class: "ex-button",
      "aria-label": held?.hidden
        ? "Show me what follows here, without a guess"
        : "Show me, without a guess",
      ...(held?.hidden && { "aria-controls": held.id, "aria-expanded": "false" }),
    }),
  );
  row.after(status);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  // JupyterLab swallows the key press by which a browser would submit.
  entry?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    submit();
  });

  const before = recallGuess(name);
  if (before !== null) {
    write(before);
    open(written() === before ? before : "");
  }
  // A page that waited too long for its scripts has shown everything, and takes nothing back.
  else if (held?.hidden) whenFound(held, { signal, found: () => open("") });
}

const prediction = { inPlace: true, render };

export { prediction };
