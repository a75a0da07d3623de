// A quiz on the site: what was missed comes back on the review page.
import { h } from "../../web/static/element.mjs";
import { enliven } from "./enliven.mjs";

const page = {
  inPlace: true,
  render({ el, signal }) {
    const { foot } = enliven(el, { signal });
    const root = document.documentElement.dataset.content_root ?? "";
    el.append(
      ...foot,
      h(
        "p",
        { class: "quiz-note" },
        "Your answers stay in this browser. What you missed comes back on the ",
        h("a", { href: `${root}review.html` }, "review page"),
        ".",
      ),
    );
  },
};

export { page };
