// The first door on the page: what is this number? Answers as one types; its state is the address.
import { button, liveSummary } from "../../web/static/controls.mjs";
import { h } from "../../web/static/element.mjs";
import { explainValue, Refused } from "./explain.mjs";

const FIELDS = ["value", "classes", "accuracy", "counts", "batch"];
const CALLED = {
  classes: "the number of classes",
  accuracy: "the accuracy",
  counts: "the class counts",
  batch: "the batch size",
};
const SURE = { exact: "Exact", strong: "Likely", weak: "Possible" };

// A text whose `code` stands between backticks.
const inlined = (text) => text.split("\x60").map((part, i) => (i % 2 ? h("code", {}, part) : part));

const listed = (words, last) =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;

function seeLink(see, titles, root) {
  const [page, anchor] = see.split("#");
  return h("a", { href: `${root}${page}.html#${anchor}` }, titles[see]);
}

// What is known of one number or one finding, as a card: the findings of a log look the same.
function explanationCard({ lead, sure, says, do: advice, see, more = [] }, titles, root) {
  // What it is stands in front; what it means for the training follows.
  const first = says.split(/(?<=\.)(?= )/)[0];
  return h(
    "li",
    { class: "clinic-found", "data-sure": sure },
    h(
      "p",
      { class: "clinic-head" },
      h("span", { class: "clinic-sure" }, SURE[sure]),
      ...(lead ? [h("span", { class: "clinic-lead" }, lead)] : []),
    ),
    h("p", {}, h("strong", {}, ...inlined(first)), ...inlined(says.slice(first.length))),
    h("p", {}, h("strong", {}, "Do: "), ...inlined(advice)),
    h("p", { class: "clinic-more" }, "Why: ", seeLink(see, titles, root), ...more),
  );
}

function numberDoor(words) {
  function render({ el, host, signal }) {
    el.append(...[...host.children].map((child) => child.cloneNode(true)));
    const root = document.documentElement.dataset.content_root ?? "";
    const form = el.querySelector("form");
    const boxes = Object.fromEntries(FIELDS.map((name) => [name, form.elements[name]]));
    const notes = Object.fromEntries(
      FIELDS.map((name) => [name, form.querySelector(`#clinic-${name}-note`)]),
    );
    const list = h("ol", { class: "clinic-list" });
    const summary = liveSummary(signal);
    const said = h("span", { class: "ex-note", role: "status" });
    const share = button("Copy link to this answer", async () => {
      try {
        await navigator.clipboard.writeText(location.href);
        said.textContent = "Link copied.";
      } catch {
        said.textContent = "Copy it from the address bar: it holds this state.";
      }
    });
    const foot = h("div", { class: "ex-row" }, share, said);
    form.querySelector(".clinic-examples").before(summary.element, list, foot);

    const typed = () => Object.fromEntries(FIELDS.map((name) => [name, boxes[name].value.trim()]));
    const put = (state) => {
      for (const name of FIELDS) boxes[name].value = state[name] ?? "";
    };
    const remember = (state) => {
      const query = new URLSearchParams(FIELDS.filter((f) => state[f]).map((f) => [f, state[f]]));
      const address = new URL(location.href);
      address.search = query;
      try {
        history.replaceState(null, "", address);
      } catch {
        // Some browsers keep the address of a file on a disk as it is.
      }
    };
    const nothing = (state) => {
      const missing = Object.keys(CALLED).filter((name) => !state[name]);
      const more = missing.map((name) => CALLED[name]);
      const tip = more.length ? ` Known beside it, ${listed(more, "or")} may tell more.` : "";
      return `Nothing known stops at ${state.value}: an ordinary loss, so far.${tip}`;
    };
    const card = (found) =>
      explanationCard(
        {
          ...found,
          more: found.needs.map((name) =>
            button(`Surer with ${CALLED[name]}`, () => boxes[name].focus(), {
              class: "ex-button clinic-needs",
            }),
          ),
        },
        words.titles,
        root,
      );

    function show() {
      const state = typed();
      said.textContent = "";
      foot.hidden = !state.value;
      for (const name of FIELDS) {
        notes[name].textContent = "";
        boxes[name].removeAttribute("aria-invalid");
      }
      if (!state.value) {
        list.replaceChildren();
        summary.say("Type a loss, as your log shows it: its digits count.");
        return;
      }
      try {
        const found = explainValue(state.value, state, words);
        list.replaceChildren(...found.map(card));
        summary.say(
          found.length
            ? `${found.length === 1 ? "One explanation" : `${found.length} explanations, the one that assumes least first,`} for ${state.value}.`
            : nothing(state),
        );
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        notes[error.field].textContent = error.message;
        boxes[error.field].setAttribute("aria-invalid", "true");
        list.replaceChildren();
        summary.say("");
      }
    }
    const changed = () => {
      remember(typed());
      show();
    };
    form.addEventListener("input", changed);
    form.addEventListener("submit", (event) => event.preventDefault());
    for (const example of form.querySelectorAll("[data-example]")) {
      example.disabled = false;
      example.addEventListener("click", () => {
        put(JSON.parse(example.dataset.example));
        changed();
      });
    }
    const asked = new URLSearchParams(location.search);
    put(Object.fromEntries(asked));
    for (const name of FIELDS) boxes[name].disabled = false;
    show();
  }
  return { render };
}

export { explanationCard, numberDoor };
