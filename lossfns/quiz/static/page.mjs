// A quiz on the site: what was answered is kept in this browser, and missed questions come back.
import { h } from "../../web/static/controls.mjs";
import { enliven } from "./quiz.mjs";
import { openStore } from "./store.mjs";

const page = {
  render({ el, host, signal }) {
    el.append(...[...host.children].map((child) => child.cloneNode(true)));
    const marks = new Map([...el.querySelectorAll(".quiz-question")].map((form) => {
      const mark = h("p", { class: "quiz-before" });
      form.querySelector("legend").after(mark);
      return [form, mark];
    }));
    const word = h("p", { class: "quiz-word", role: "status" });
    const store = openStore({ signal, changed: remember });

    // Says what happened the last time, as long as the question has not been answered now.
    function remember() {
      const last = new Map(store.answers().map((answer) => [`${answer.question} ${answer.digest}`, answer]));
      for (const [form, mark] of marks) {
        if (form.dataset.outcome) continue;
        const answer = last.get(`${form.dataset.question} ${form.dataset.digest}`);
        mark.textContent = answer ? `Last time: ${answer.right ? "right" : "missed"}.` : "";
      }
      word.textContent = store.word();
    }
    const { foot } = enliven(el, {
      answered({ dataset: { question, digest } }, right) {
        store.add({ question, digest, right });
        word.textContent = store.word();
      },
    });
    el.addEventListener("reset", remember);
    const root = document.documentElement.dataset.content_root ?? "";
    el.append(foot, word, h("p", { class: "quiz-note" }, "Your answers stay in this browser. What you missed comes back on the ",
      h("a", { href: `${root}review.html` }, "review page"), "."));
    remember();
  },
};

export { page };
