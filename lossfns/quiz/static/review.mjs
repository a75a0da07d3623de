// The review page: what was missed first, then what is due; strength; the reader's record.
import { button } from "../../web/static/controls.mjs";
import { h } from "../../web/static/element.mjs";
import { ask, tellIn } from "./ask.mjs";
import { count, record } from "./record.mjs";
import { createSchedule, interleave } from "./schedule.mjs";
import { openStore } from "./store.mjs";

function dueLine({ queue, missed, fresh, items, next }) {
  if (fresh.length === items.length)
    return "Nothing to bring back yet: you have not answered a question in this browser.";
  if (missed === queue.length && missed)
    return `${count(missed, "missed question is", "missed questions are")} waiting.`;
  if (queue.length)
    return `${count(queue.length, "question is", "questions are")} due${missed ? `, ${missed} of them missed` : ""}.`;
  const day = new Date(next).toLocaleDateString("en-GB", { day: "numeric", month: "long" });
  return `Nothing is due. The next question comes back on ${day}.`;
}

// A bar and its percentage, in words too.
function showStrength(place, { chance, tried, of }) {
  const bar = h("span", { class: "quiz-bar", "aria-hidden": "true" }, h("span"));
  bar.firstChild.style.width = `${100 * chance}%`;
  const words =
    tried === 0
      ? "not tried yet"
      : `${Math.round(100 * chance)} % recalled now${tried < of ? `, ${tried} of ${of} tried` : ""}`;
  place.replaceChildren(place.firstChild, bar, h("span", { class: "quiz-strength" }, words));
}

// The questions of a chapter come as a script, once one of them is asked: a page on a disk can fetch
// nothing, and all of them at once are heavy.
const FOLDER = "_static/questions/";
const coming = new Map();

function formsOf(chapter) {
  if (!coming.has(chapter))
    coming.set(
      chapter,
      new Promise((give, refuse) => {
        const script = h("script", { src: `${FOLDER}${chapter}.js` });
        script.addEventListener("error", () => {
          coming.delete(chapter);
          script.remove();
          refuse(new Error(`${chapter} did not load`));
        });
        script.addEventListener("load", () => {
          const forms = document.createElement("template");
          forms.innerHTML = window.courseQuestions[chapter];
          give(forms.content);
        });
        document.head.append(script);
      }),
    );
  return coming.get(chapter);
}

// `library` is ts-fsrs.
function review(library) {
  const schedule = createSchedule(library);

  function render({ el, host, signal }) {
    const questions = [...host.querySelectorAll("[data-question]")].map(({ dataset }) => ({
      ...dataset,
    }));
    const store = openStore({ signal, changed: refresh });
    const line = h("p", { class: "quiz-due", role: "status" });
    const word = h("p", { class: "quiz-word", role: "status" });
    const stage = h("div", { class: "quiz-stage" });
    const onward = button("Next question", () => present(choose("queue")), {
      class: "ex-button ex-primary",
    });
    const fresh = button("Ask me something new", () => present(choose("fresh")));
    const from = h("select", { "aria-label": "New questions from" });
    const goals = host.querySelector(".quiz-goals").cloneNode(true);
    const titles = new Map(
      [...goals.querySelectorAll("[data-chapter]")].map((part) => [
        part.dataset.chapter,
        part.querySelector("summary").textContent,
      ]),
    );
    from.append(
      h("option", { value: "" }, "from every chapter"),
      ...[...titles].map(([chapter, title]) => h("option", { value: chapter }, `from: ${title}`)),
    );
    // What this visit has shown already; a question comes again only after all others.
    const shown = new Set();
    // The question that was asked for last: an earlier one may come later, and is not shown.
    let wanted;

    const look = () => schedule.plan(questions, store.answers(), Date.now());
    // New questions come in the order of the chapter that was chosen, or else from everywhere.
    const drawn = interleave(questions).map(({ question }) => question);
    const placeOf = new Map(drawn.map((question, place) => [question, place]));
    function freshOf({ fresh: untried }) {
      if (from.value) return untried.filter(({ chapter }) => chapter === from.value);
      return untried.sort((a, b) => placeOf.get(a.question) - placeOf.get(b.question));
    }
    function choose(kind) {
      const waiting = kind === "queue" ? look().queue : freshOf(look());
      const unseen = (item) => !shown.has(item.question);
      if (!waiting.some(unseen)) for (const { question } of waiting) shown.delete(question);
      return (
        waiting.find((item) => unseen(item) && item.question !== wanted?.question) ?? waiting[0]
      );
    }
    function refresh() {
      const plan = look();
      tellIn(line, dueLine(plan));
      tellIn(word, store.word());
      onward.hidden = plan.queue.length === 0;
      offer(plan);
      for (const by of ["objective", "chapter"]) {
        const strengths = schedule.strengths(plan.items, by);
        for (const part of goals.querySelectorAll(`[data-${by}]`))
          showStrength(part.querySelector("summary") ?? part, strengths.get(part.dataset[by]));
      }
    }
    // A chapter without new questions can't be chosen.
    function offer({ fresh: untried }) {
      fresh.parentElement.hidden = untried.length === 0;
      const left = new Set(untried.map(({ chapter }) => chapter));
      for (const option of from.options) option.disabled = option.value && !left.has(option.value);
      if (from.selectedOptions[0].disabled) from.value = "";
    }
    async function present(item, focus = true) {
      if (item === undefined) return;
      wanted = item;
      shown.add(item.question);
      stage.setAttribute("aria-busy", "true");
      const asked = await formsOf(item.chapter)
        .then((forms) => prepared(forms, item))
        .catch(() => missed(item));
      if (wanted !== item) return;
      stage.removeAttribute("aria-busy");
      stage.replaceChildren(asked);
      if (focus) asked.focus();
    }
    function prepared(forms, item) {
      const form = forms.querySelector(`[data-question="${item.question}"]`).cloneNode(true);
      ask(form, (right) => {
        store.add({ question: item.question, digest: item.digest, right });
        refresh();
      });
      const legend = form.querySelector("legend");
      legend.id = "quiz-asked";
      form.setAttribute("aria-labelledby", legend.id);
      form.tabIndex = -1;
      form.prepend(
        h(
          "p",
          { class: "quiz-note" },
          "From ",
          h("a", { href: `${item.chapter}.html` }, titles.get(item.chapter)),
          item.missed ? ". Missed the last time." : ".",
        ),
      );
      return form;
    }
    function missed({ question }) {
      shown.delete(question);
      return h(
        "p",
        { class: "quiz-note", tabindex: "-1" },
        "This question did not load. Is the network there? Ask once more, or load the page anew.",
      );
    }

    el.append(
      h("div", { class: "quiz-lead" }, line, word),
      stage,
      h(
        "div",
        { class: "quiz-foot" },
        h("div", { class: "ex-row" }, onward),
        h("div", { class: "ex-row" }, fresh, from),
      ),
      goals,
      h(
        "div",
        { class: "quiz-record" },
        h("p", { class: "ex-label" }, "Your answers"),
        h(
          "p",
          {},
          "They stay in this browser; nobody else sees them. Take them with you in a file, or erase them.",
        ),
        ...record(store, refresh),
      ),
    );
    refresh();
    present(choose("queue"), false);
  }
  return { render };
}

export { review };
