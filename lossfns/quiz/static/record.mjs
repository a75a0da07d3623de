// The reader's record: export, import and erase, each with a word about what happened.
import { button } from "../../web/static/controls.mjs";
import { h } from "../../web/static/element.mjs";
import { MOST_TEXT } from "./store.mjs";

const FILE = "measuring-wrongness-answers.json";

const count = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;

// `changed()` is called after every change.
function record(store, changed) {
  const said = h("p", { class: "quiz-word", role: "status" });
  const held = () => {
    const unread = store.unread();
    return (
      count(store.answers().length, "answer") +
      (unread ? ` and ${count(unread, "part")} that can't be read` : "")
    );
  };
  const save = () => {
    const address = URL.createObjectURL(
      new Blob([store.exportText()], { type: "application/json" }),
    );
    h("a", { href: address, download: FILE }).click();
    URL.revokeObjectURL(address);
    said.textContent = `${held()} written to ${FILE}.`;
  };
  const file = h("input", {
    type: "file",
    accept: ".json,application/json",
    change: async () => {
      const [chosen] = file.files;
      if (!chosen) return;
      try {
        if (chosen.size > MOST_TEXT) throw new Error("it is too large");
        const { added, refused } = store.importText(await chosen.text());
        said.textContent = `${count(added, "answer")} added from ${chosen.name}.${refused ? ` ${count(refused, "entry was", "entries were")} not understood.` : ""}`;
      } catch (error) {
        said.textContent = `${chosen.name} was not imported: ${error.message}. Nothing was changed.`;
      }
      file.value = "";
      changed();
    },
  });
  const erase = button("Erase my answers", () => {
    sure.hidden = false;
    sure.firstChild.focus();
    said.textContent = `${held()} would be gone for good. Export them first if you may want them back.`;
  });
  const close = (word) => {
    sure.hidden = true;
    said.textContent = word;
    erase.focus();
  };
  const sure = h(
    "span",
    { class: "ex-row", hidden: "" },
    button("Keep them", () => close("")),
    button("Yes, erase", () => {
      store.erase();
      changed();
      close("Erased. This browser holds no answer of yours.");
    }),
  );
  return [
    h(
      "div",
      { class: "ex-row" },
      button("Export", save),
      h("label", { class: "quiz-file" }, "Import ", file),
      erase,
      sure,
    ),
    said,
  ];
}

export { count, record };
