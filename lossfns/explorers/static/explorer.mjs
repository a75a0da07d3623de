// What all explorers share: ask first, then reveal; controls bound to the model; one summary.
import { button, choiceControl, liveSummary, numberControl } from "../../web/static/controls.mjs";
import { h } from "../../web/static/element.mjs";

const replaced = (values, place, value) =>
  values.map((old, index) => (index === place ? value : old));

function askFirst(question, reveal) {
  let chosen;
  const choice = choiceControl({
    label: question.ask,
    options: question.options.map((text, index) => [index, text]),
    wide: true,
    change: (index) => (chosen = index),
  });
  const hint = h("span", { class: "ex-note", role: "status" });
  const check = () => {
    if (chosen === undefined) hint.textContent = "Choose one first, or skip.";
    else reveal();
  };
  const skip = () => {
    chosen = undefined;
    reveal();
  };
  const ask = h(
    "div",
    {},
    choice.element,
    h(
      "div",
      { class: "ex-row" },
      button("Check my prediction", check, { class: "ex-button ex-primary" }),
      button("Skip to the explorer", skip),
      hint,
    ),
  );
  const answer = h("div", { class: "ex-answer", tabindex: "-1" });
  const element = h(
    "div",
    { class: "ex-question" },
    h("p", { class: "ex-kicker" }, "Predict first"),
    ask,
    answer,
  );

  function show(revealed) {
    ask.hidden = revealed;
    answer.hidden = !revealed;
    const right = question.options[question.answer];
    const verdict =
      chosen === undefined
        ? `The answer: ${right}.`
        : chosen === question.answer
          ? `✓ Right: “${right}”.`
          : `✗ You said “${question.options[chosen]}”. The answer: ${right}.`;
    answer.replaceChildren(
      h("p", { class: "ex-asked" }, question.ask),
      h("p", { class: "ex-verdict" }, verdict),
      h("p", {}, question.why),
    );
  }
  return { element, answer, show };
}

// The link to this very state; only the site's model knows its address.
function copyLink(address) {
  const field = h("input", {
    type: "text",
    readonly: "",
    class: "ex-link",
    "aria-label": "Link to this state",
    hidden: "",
  });
  const said = h("span", { class: "ex-note", role: "status" });
  const copy = async (revealed) => {
    field.value = address(revealed);
    field.hidden = false;
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = "Link copied.";
    } catch {
      said.textContent = "Copy the link from the field.";
    }
  };
  return h(
    "div",
    { class: "ex-row ex-share" },
    button("Copy link to this state", () => copy(false)),
    button("… with the answer", () => copy(true), {
      "aria-label": "Copy link … with the answer shown",
    }),
    field,
    said,
  );
}

// An explorer is its own idea: `build(ui)` makes controls and a stage, and returns
// { controls, stage, update }, where update(state) redraws and returns the summary sentence.
function explorer({ title, lead, params, question, build }) {
  function render({ model, el, signal }) {
    const bound = [];
    // However many traits change together, what they say together is drawn, once.
    let [setting, stale] = [false, false];
    const refresh = () => {
      if (stale && !signal.aborted) redraw();
    };
    const changed = () => {
      stale = true;
      if (!setting) queueMicrotask(refresh);
    };
    const set = (changes) => {
      setting = true;
      for (const [trait, value] of Object.entries(changes)) model.set(trait, value);
      setting = false;
      refresh();
      model.save_changes();
    };
    const bind = (control, get) => {
      bound.push((state) => {
        const value = get(state);
        control.element.hidden = value === undefined;
        if (value !== undefined) control.set(value);
      });
      return control.element;
    };
    const ui = {
      model,
      set,
      signal,
      // A number bound to a trait, to one item of a list, or (get, put) to what follows from one.
      // It hides while there is nothing to show.
      number(label, trait, { index, words, places, rule = params[trait], get, put } = {}) {
        const pick = get ?? ((state) => (index === undefined ? state[trait] : state[trait][index]));
        const change = (value) =>
          set(
            put
              ? put(value)
              : { [trait]: index === undefined ? value : replaced(model.get(trait), index, value) },
          );
        return bind(
          numberControl({ label, rule: { ...rule, size: undefined }, words, places, change }),
          pick,
        );
      },
      choice(
        label,
        trait,
        {
          options = params[trait].options,
          get = (state) => state[trait],
          put = (value) => ({ [trait]: value }),
        } = {},
      ) {
        return bind(choiceControl({ label, options, change: (value) => set(put(value)) }), get);
      },
      presets: (items, label = "Go to") =>
        h(
          "div",
          { class: "ex-row", role: "group", "aria-label": label },
          h("span", { class: "ex-label" }, label),
          ...items.map(([text, changes]) =>
            button(text, () => set(typeof changes === "function" ? changes() : changes)),
          ),
        ),
    };

    const reveal = () => {
      set({ revealed: true });
      asked.answer.focus();
    };
    const asked = askFirst(typeof question === "function" ? question(model) : question, reveal);
    const summary = liveSummary(signal);
    const { controls, stage, update } = build(ui);
    // What moves stays in sight, above the hand that moves it; what is read at rest comes after.
    const shown = h("div", { class: "ex-stage" }, ...stage);
    const body = h(
      "div",
      { class: "ex-body" },
      h("div", { class: "ex-work" }, shown, h("div", { class: "ex-controls" }, ...controls)),
      summary.element,
      h("div", { class: "ex-folded" }, ...shown.querySelectorAll("details")),
    );
    const room = new ResizeObserver(() =>
      body.style.setProperty("--ex-stage-height", `${shown.offsetHeight}px`),
    );
    room.observe(shown);
    signal.addEventListener("abort", () => room.disconnect());
    if (model.address) body.append(copyLink(model.address));
    const notes = (model.notes ?? []).map((note) =>
      h("p", { class: "ex-note", role: "status" }, note),
    );
    el.append(
      h(
        "section",
        { class: "ex-card", "aria-label": title },
        h(
          "div",
          { class: "ex-inner" },
          h("p", { class: "ex-title" }, title),
          h("p", { class: "ex-lead" }, lead),
          ...notes,
          asked.element,
          body,
        ),
      ),
    );

    let revealed;
    function redraw() {
      stale = false;
      const state = Object.fromEntries(
        Object.keys(params).map((trait) => [trait, model.get(trait)]),
      );
      for (const refresh of bound) refresh(state);
      summary.say(update(state));
      if (revealed === model.get("revealed")) return;
      revealed = model.get("revealed");
      asked.show(revealed);
      body.hidden = !revealed;
    }
    model.on("change", changed);
    signal.addEventListener("abort", () => model.off("change", changed));
    redraw();
  }
  return { params, render };
}

export { explorer };
