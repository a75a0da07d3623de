// The second door on the page: what does this curve say? A log is pasted, or a file read in slices;
// nothing of it leaves the page.

import { button, liveSummary } from "../../web/static/controls.mjs";
import { h } from "../../web/static/element.mjs";
import { linePlot } from "../../web/static/plot.mjs";
import { examineLog } from "./examine.mjs";
import { explanationCard } from "./number.mjs";
import { shownValue } from "./values.mjs";

const PATIENCE = 250;
const FILE_LIMIT = 500e6;

const megabytes = (size) => `${(size / 1e6).toFixed(size < 1e7 ? 1 : 0)} MB`;

// Examines a log in a worker that runs this very script; where the browser refuses one, as for pages
// on a disk, here. { result: a promise, stop }.
function examination(script, source, told, words, progress) {
  let stopped = false;
  const here = () => examineLog(source, told, words, { progress, wanted: () => !stopped });
  let worker;
  const result = new Promise((resolve, reject) => {
    try {
      worker = new Worker(script);
    } catch {
      resolve(here());
      return;
    }
    let heard = false;
    worker.addEventListener("message", ({ data }) => {
      heard = true;
      if ("result" in data) resolve(data.result);
      else progress(data.share);
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      if (heard) reject(new Error(event.message));
      else resolve(here());
    });
    worker.postMessage({ source, told });
  }).finally(() => worker?.terminate());
  const stop = () => {
    stopped = true;
    worker?.terminate();
  };
  return { result, stop };
}

function trainingDoor(words, script) {
  function render({ el, host, signal }) {
    el.append(...[...host.children].map((child) => child.cloneNode(true)));
    const root = document.documentElement.dataset.content_root ?? "";
    const form = el.querySelector("form");
    const { log: box, file: chosen, classes, counts } = form.elements;
    const note = form.querySelector("#clinic-log-note");
    const facts = { classes, counts };
    const summary = liveSummary(signal);
    const bar = h("progress", { max: 1, "aria-label": "Reading the log" });
    const doing = h("span", { class: "clinic-hint" });
    const reading = h(
      "div",
      { class: "ex-row" },
      bar,
      doing,
      button("Stop", () => {
        running.stop();
        running = undefined;
        reading.hidden = true;
        summary.say("Stopped.");
      }),
    );
    const plot = linePlot({ signal, height: 280, low: 200, name: "the log" });
    const list = h("ol", { class: "clinic-list" });
    const remarks = h("ul", { class: "clinic-remarks" });
    form.querySelector(".clinic-examples").before(reading, summary.element, list, remarks);
    let source;
    let running;
    let timer;
    signal.addEventListener("abort", () => {
      running?.stop();
      clearTimeout(timer);
    });

    function clear() {
      note.textContent = "";
      box.removeAttribute("aria-invalid");
      for (const name of ["classes", "counts"]) {
        form.querySelector(`#clinic-log-${name}-note`).textContent = "";
        facts[name].removeAttribute("aria-invalid");
      }
      reading.hidden = true;
      plot.element.remove();
      list.replaceChildren();
      remarks.replaceChildren();
    }
    function tell({ findings, picture, losses, clock, format, rows, ignored, notes }) {
      if (picture) {
        list.before(plot.element);
        plot.draw(picture);
      }
      list.replaceChildren(
        ...findings.map((finding, i) => {
          const { series, first, last } = finding.where;
          const place =
            first === last ? shownValue(first) : `${shownValue(first)} to ${shownValue(last)}`;
          const lead = `${i + 1} · ${series}, ${clock} ${place}`;
          return explanationCard({ ...finding, lead }, words.titles, root);
        }),
      );
      const left = ignored ? `${ignored.toLocaleString("en")} other lines are left out.` : "";
      remarks.replaceChildren(
        ...[...notes, left].filter(Boolean).map((remark) => h("li", {}, remark)),
      );
      const found =
        findings.length === 0
          ? "Nothing is wrong that a curve would show"
          : findings.length === 1
            ? "One finding"
            : `${findings.length} findings, the gravest first`;
      const curves = losses.slice(0, 4).join(", ");
      const amount = rows === 1 ? "1 row" : `${rows.toLocaleString("en")} rows`;
      summary.say(`${found}: ${amount} of ${curves}, read as ${format}.`);
    }
    function refuse({ field, message }) {
      const where = field === "log" ? note : form.querySelector(`#clinic-log-${field}-note`);
      where.textContent = `${message.charAt(0).toUpperCase()}${message.slice(1)}`.replace(
        /[^.]$/,
        "$&.",
      );
      (facts[field] ?? box).setAttribute("aria-invalid", "true");
      summary.say("");
    }
    async function examine() {
      clearTimeout(timer);
      running?.stop();
      clear();
      if (!source) {
        summary.say("Paste a log, or give a file: of any trainer, as it is.");
        return;
      }
      const began = performance.now();
      const told = { classes: classes.value, counts: counts.value };
      const mine = examination(script, source, told, words, (share) => {
        if (running !== mine || performance.now() - began < PATIENCE) return;
        reading.hidden = false;
        bar.value = share;
        doing.textContent = share < 1 ? `${Math.floor(100 * share)} %` : "Looking at the curves";
      });
      running = mine;
      const result = await mine.result;
      if (running !== mine || !result) return;
      reading.hidden = true;
      if (result.refused) refuse(result.refused);
      else tell(result);
    }
    function later() {
      clearTimeout(timer);
      timer = setTimeout(examine, PATIENCE);
    }
    function takeFile(file) {
      if (!file) return;
      box.value = "";
      if (file.size > FILE_LIMIT) {
        source = undefined;
        clear();
        note.textContent = `${file.name} has ${megabytes(file.size)}; \x60lossfns diagnose\x60 reads files of any size.`;
        return;
      }
      source = file;
      box.placeholder = `${file.name}, ${megabytes(file.size)}`;
      examine();
    }
    function takeText() {
      source = box.value.trim() ? box.value : undefined;
      later();
    }
    box.addEventListener("input", takeText);
    chosen.addEventListener("change", () => {
      takeFile(chosen.files[0]);
      // The same file can be chosen again, when it has grown.
      chosen.value = "";
    });
    for (const input of [classes, counts]) input.addEventListener("input", later);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("dragover", (event) => {
      event.preventDefault();
      form.classList.add("clinic-over");
    });
    form.addEventListener("dragleave", () => form.classList.remove("clinic-over"));
    form.addEventListener("drop", (event) => {
      event.preventDefault();
      form.classList.remove("clinic-over");
      const [file] = event.dataTransfer.files;
      if (file) takeFile(file);
      else {
        box.value = event.dataTransfer.getData("text");
        takeText();
      }
    });
    for (const example of form.querySelectorAll("[data-patient]")) {
      example.disabled = false;
      example.addEventListener("click", () => {
        box.value = words.patients.logs[Number(example.dataset.patient)];
        classes.value = "";
        counts.value = words.patients.counts.join(", ");
        source = box.value;
        examine();
      });
    }
    for (const input of [box, chosen, classes, counts]) input.disabled = false;
    examine();
  }
  return { render };
}

export { trainingDoor };
