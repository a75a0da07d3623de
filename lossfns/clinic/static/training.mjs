// The second door on the page: what does this curve say? A log is pasted, or a file read in slices,
// so that the page never stands still; nothing of it leaves the page.
import { linePlot } from "../../explorers/static/plot.mjs";
import { button, h, liveSummary } from "../../web/static/controls.mjs";
import { greatestOf, leastOf, medianOf, quantileOf } from "./arrays.mjs";
import { diagnose } from "./diagnose.mjs";
import { Refused, readFacts } from "./explain.mjs";
import { LogError, textDecoder } from "./lines.mjs";
import { logReader } from "./log.mjs";
import { explanationCard } from "./number.mjs";
import { shownValue } from "./values.mjs";

const SLICE = 1 << 18;
// Milliseconds of work after which the page may draw and hear.
const BREATH = 12;
const PATIENCE = 250;
const MOST_CURVES = 4;
const MOST_POINTS = 400;
const TONES = ["ce", "violet", "teal", "amber"];
const FILE_LIMIT = 500e6;

// Lets the page draw and hear, if the last time is long enough ago.
function breather() {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < BREATH) return;
    await new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(0);
    });
    last = performance.now();
  };
}

// Runs a generator to its end, with breaths; its result, or undefined if it is no longer wanted.
async function finished(generator, breathe, wanted) {
  let step = generator.next();
  while (!step.done) {
    await breathe();
    if (!wanted()) return undefined;
    step = generator.next();
  }
  return step.value;
}

async function* piecesOf(source) {
  if (typeof source === "string") {
    for (let at = 0; at < source.length; at += SLICE)
      yield [source.slice(at, at + SLICE), at / source.length];
    return;
  }
  const decode = textDecoder();
  for (let at = 0; at < source.size; at += SLICE) {
    const bytes = new Uint8Array(await source.slice(at, at + SLICE).arrayBuffer());
    yield [decode(bytes), at / source.size];
  }
  yield [decode(), 1];
}

// A step of 1, 2 or 5 that divides a length in about so many parts.
function niceStep(length, parts) {
  const raw = length / parts || 1;
  const size = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].map((digit) => digit * size).find((step) => step >= raw * (1 - 1e-9));
}

function niceAxis(low, high, parts) {
  const step = niceStep(high - low, parts);
  const from = Math.floor(low / step + 1e-9) * step;
  const to = Math.max(Math.ceil(high / step - 1e-9) * step, from + step);
  return { domain: [from, to], parts: Math.round((to - from) / step) };
}

// Few points that look like the curve: of many values in a row the least and the greatest.
function thinned(steps, values) {
  const points = [];
  const size = Math.max(1, Math.ceil((2 * values.length) / MOST_POINTS));
  for (let at = 0; at < values.length; at += size) {
    const piece = values.subarray(at, at + size);
    const ends =
      size === 1 ? [0] : [piece.indexOf(leastOf(piece)), piece.indexOf(greatestOf(piece))];
    for (const i of [...new Set(ends)].sort((a, b) => a - b))
      if (i >= 0) points.push([steps[at + i], piece[i]]);
  }
  return points;
}

// What the plot shows of a log: its losses, the floors that apply, and the places of the findings.
function pictureOf({ series, clock }, findings, facts) {
  const losses = series.filter(({ means }) => means.kind === "loss").slice(0, MOST_CURVES);
  const finite = losses.map(({ values }) => values.filter(Number.isFinite)).filter((v) => v.length);
  if (!finite.length) return undefined;
  const levels = new Map();
  if (facts.classes > 1) levels.set(Math.log(facts.classes), `ln ${facts.classes}`);
  for (const { evidence } of findings)
    if (evidence.exact) levels.set(evidence.exact, shownValue(evidence.exact));
  const most = Math.max(...finite.map((values) => quantileOf(values, 0.99)), ...levels.keys());
  // A blow-up may leave the frame: what happened before it would be a line along the floor.
  const usual = Math.max(...finite.map((values) => Math.max(values[0], 4 * medianOf(values))));
  const least = Math.min(0, ...finite.map(leastOf));
  const lasts = losses.map(({ steps }) => steps.at(-1));
  const x = niceAxis(Math.min(...losses.map(({ steps }) => steps[0])), Math.max(...lasts), 5);
  const y = niceAxis(Math.max(least, -2 * usual), Math.min(most, 2 * usual) * 1.02 || 1, 4);
  const level = ([value, name]) => ({
    name,
    tone: "ink",
    points: x.domain.map((at) => [at, value]),
  });
  const named = new Map(losses.map(({ name, steps, values }) => [name, { steps, values }]));
  return {
    title: "Loss",
    x: { label: clock, ...x },
    y,
    curves: [
      ...losses.map(({ name, steps, values }, i) => ({
        name,
        tone: TONES[i],
        points: thinned(steps, values),
      })),
      ...[...levels].map(level),
    ],
    bands: findings.map(({ where }) => ({ from: where.first, to: where.last, words: "" })),
    marks: findings.flatMap(({ where }, i) => {
      const curve = named.get(where.series);
      const at = curve ? curve.steps.indexOf(where.first) : -1;
      const value = at < 0 ? undefined : curve.values.subarray(at).find(Number.isFinite);
      const before = at < 0 ? undefined : curve.values.subarray(0, at).findLast(Number.isFinite);
      const tone = TONES[losses.findIndex(({ name }) => name === where.series)];
      return at < 0
        ? []
        : [{ x: where.first, y: value ?? before ?? 0, tone, label: String(i + 1) }];
    }),
  };
}

const megabytes = (size) => `${(size / 1e6).toFixed(size < 1e7 ? 1 : 0)} MB`;

function trainingDoor(words) {
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
        current += 1;
        source = undefined;
        reading.hidden = true;
        summary.say("Stopped.");
      }),
    );
    const plot = linePlot({ signal, height: 280, low: 200, name: "the log" });
    const list = h("ol", { class: "clinic-list" });
    const remarks = h("ul", { class: "clinic-remarks" });
    form
      .querySelector(".clinic-examples")
      .before(reading, summary.element, plot.element, list, remarks);
    let source;
    let current = 0;
    let timer;
    signal.addEventListener("abort", () => {
      current += 1;
      clearTimeout(timer);
    });

    function clear() {
      note.textContent = "";
      for (const name of ["classes", "counts"]) {
        form.querySelector(`#clinic-log-${name}-note`).textContent = "";
        facts[name].removeAttribute("aria-invalid");
      }
      reading.hidden = true;
      plot.element.hidden = true;
      list.replaceChildren();
      remarks.replaceChildren();
    }
    function tell(log, findings) {
      const told = readFacts({ classes: classes.value, counts: counts.value });
      const picture = pictureOf(log, findings, told);
      plot.element.hidden = !picture;
      if (picture) plot.draw(picture);
      list.replaceChildren(
        ...findings.map((finding, i) => {
          const { series, first, last } = finding.where;
          const place =
            first === last ? shownValue(first) : `${shownValue(first)} to ${shownValue(last)}`;
          const lead = `${i + 1} · ${series}, ${log.clock} ${place}`;
          return explanationCard({ ...finding, lead }, words.titles, root);
        }),
      );
      const ignored = log.ignored
        ? `${log.ignored.toLocaleString("en")} other lines are left out.`
        : "";
      remarks.replaceChildren(
        ...[...log.notes, ignored].filter(Boolean).map((remark) => h("li", {}, remark)),
      );
      const found =
        findings.length === 0
          ? "Nothing is wrong that a curve would show"
          : findings.length === 1
            ? "One finding"
            : `${findings.length} findings, the gravest first`;
      const losses = log.series.filter(({ means }) => means.kind === "loss");
      const curves = losses
        .map(({ name }) => name)
        .slice(0, MOST_CURVES)
        .join(", ");
      summary.say(
        `${found}: ${log.rows.toLocaleString("en")} rows of ${curves}, read as ${log.format}.`,
      );
    }
    async function examine() {
      current += 1;
      const mine = current;
      const wanted = () => mine === current;
      clear();
      if (!source) {
        summary.say("Paste a log, or give a file: of any trainer, as it is.");
        return;
      }
      const told = { classes: classes.value, counts: counts.value };
      const began = performance.now();
      const breathe = breather();
      try {
        readFacts(told);
        const reader = logReader();
        for await (const [piece, share] of piecesOf(source)) {
          reader.take(piece);
          if (performance.now() - began > PATIENCE) {
            reading.hidden = false;
            bar.value = share;
            doing.textContent = `${Math.round(100 * share)} %`;
          }
          await breathe();
          if (!wanted()) return;
        }
        doing.textContent = "Looking at the curves";
        const log = await finished(reader.end(), breathe, wanted);
        const findings = log && (await finished(diagnose(log, told, words), breathe, wanted));
        if (!findings) return;
        reading.hidden = true;
        tell(log, findings);
      } catch (error) {
        if (!wanted()) return;
        reading.hidden = true;
        summary.say("");
        if (error instanceof Refused) {
          form.querySelector(`#clinic-log-${error.field}-note`).textContent = error.message;
          facts[error.field].setAttribute("aria-invalid", "true");
        } else if (error instanceof LogError || error instanceof DOMException)
          note.textContent = `${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}.`;
        else throw error;
      }
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
      clearTimeout(timer);
      timer = setTimeout(examine, PATIENCE);
    }
    box.addEventListener("input", takeText);
    chosen.addEventListener("change", () => {
      takeFile(chosen.files[0]);
      // The same file can be chosen again, when it has grown.
      chosen.value = "";
    });
    for (const input of [classes, counts])
      input.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(examine, PATIENCE);
      });
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
        box.value = words.patients[Number(example.dataset.patient)];
        classes.value = "10";
        counts.value = "";
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
