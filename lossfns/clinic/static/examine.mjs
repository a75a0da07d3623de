// Reads a log, a text or a file, and looks at it, here or in a worker: the page never stands still.
// No DOM here.
import { greatestOf, leastOf, medianOf, quantileOf, whereFinite } from "./arrays.mjs";
import { diagnose } from "./diagnose.mjs";
import { Refused, readFacts } from "./explain.mjs";
import { LogError, textDecoder } from "./lines.mjs";
import { logReader, tagOf } from "./log.mjs";
import { shownValue } from "./values.mjs";

const SLICE = 1 << 18;
// Milliseconds of work after which the page may draw and hear.
const BREATH = 12;
const MOST_CURVES = 4;
const MOST_POINTS = 400;
const TONES = ["ce", "violet", "teal", "amber"];

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
  const finite = losses.map(({ values }) => whereFinite(values)).filter((v) => v.length);
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

// What a log shows, as plain data: { findings, picture, losses, clock, format, rows, ignored, notes },
// or { refused: { field, message } }. `progress` hears the share that is read; undefined comes back
// when it is no longer wanted.
async function examineLog(source, told, words, { progress, wanted }) {
  const breathe = breather();
  try {
    const facts = readFacts(told);
    const reader = logReader(tagOf(source.name ?? ""));
    for await (const [piece, share] of piecesOf(source)) {
      reader.take(piece);
      progress(share);
      await breathe();
      if (!wanted()) return undefined;
    }
    const log = await finished(reader.end(), breathe, wanted);
    const findings = log && (await finished(diagnose(log, told, words), breathe, wanted));
    if (!findings) return undefined;
    const { series, ...rest } = log;
    const losses = series.filter(({ means }) => means.kind === "loss").map(({ name }) => name);
    return { ...rest, findings, losses, picture: pictureOf(log, findings, facts) };
  } catch (error) {
    if (error instanceof Refused)
      return { refused: { field: error.field, message: error.message } };
    // A file that went away while it was read is a DOMException.
    if (error instanceof LogError || error instanceof DOMException)
      return { refused: { field: "log", message: error.message } };
    throw error;
  }
}

// In a worker: examines what the page sends, and answers with the progress and the result.
function answerLogs(words) {
  const answer = async ({ data: { source, told } }) => {
    const progress = (share) => postMessage({ share });
    const result = await examineLog(source, told, words, { progress, wanted: () => true });
    postMessage({ result });
  };
  addEventListener("message", answer);
}

export { answerLogs, examineLog };
