// Drawings: line plots with axes, direct labels, marks and the numbers behind them; bars in a table.
import { patch } from "./controls.mjs";
import { h } from "./element.mjs";
import { clamp, format } from "./format.mjs";

function s(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// Pixels of a card below which everything stands in one column: as in `explorers.css`.
const NARROW = 544;

const sample = (f, [from, to]) =>
  Array.from({ length: 161 }, (_, i) => {
    const x = from + ((to - from) * i) / 160;
    return [x, f(x)];
  });

const plain = (value) => String(Number(value.toPrecision(6))).replace("-", "−");
const scale =
  ([from, to], [start, end]) =>
  (value) =>
    start + ((value - from) / (to - from)) * (end - start);

// Tells where in an element, as shares of its size, the pointer is while held down.
// A finger that lands may mean to scroll the page: it counts once it moves along, or lifts again.
function onDrag(element, move) {
  const report = (event) => {
    if (event.type === "pointerdown") element.setPointerCapture(event.pointerId);
    else if (!element.hasPointerCapture(event.pointerId)) return;
    if (event.type === "pointerdown" && event.pointerType === "touch") return;
    const box = element.getBoundingClientRect();
    move((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  };
  element.classList.add("ex-pick");
  for (const type of ["pointerdown", "pointermove", "pointerup"])
    element.addEventListener(type, report);
}

// A mark's shape tells its curve without colour.
const SHAPES = {
  ink: "M-7,-2H7V2H-7Z",
  mse: "M-6,0a6,6 0 1,0 12,0a6,6 0 1,0 -12,0",
  ce: "M0,-7.5L7.5,0L0,7.5L-7.5,0Z",
  teal: "M-6,-6H6V6H-6Z",
  violet: "M0,-7L7,6H-7Z",
  amber: "M0,7L7,-6H-7Z",
};

// A cell is a text, or carries a bar: { value, max, tone, text }, from the left or from `start`,
// or with `signed` from the middle.
function cell(content) {
  if (typeof content === "string") return ["td", {}, content];
  const { value, max, tone, text, signed, start: from = 0 } = content;
  const limits = { min: -1, max: 1 };
  const share = clamp(Number.isNaN(value) ? 0 : value / max, limits);
  // A bar that does not fit ends in an arrow.
  const most = max * (1 + 1e-9);
  const beyond = from + value > most ? "ex-more" : -value > most ? "ex-less" : "";
  const [start, length] = signed
    ? [50 + 50 * Math.min(share, 0), 50 * Math.abs(share)]
    : [(100 * from) / max, 100 * Math.min(share, 1 - from / max)];
  const bar = {
    class: `ex-fill ex-${tone} ${beyond}`,
    "style:left": `${start}%`,
    "style:width": `${length}%`,
  };
  const track = { class: signed ? "ex-track ex-signed" : "ex-track", "aria-hidden": "true" };
  return [
    "td",
    { class: "ex-barred" },
    ["span", track, ["span", bar]],
    ["span", { class: "ex-value" }, text],
  ];
}

const sections = (head, rows) => [
  ...(head
    ? [
        [
          "thead",
          {},
          ["tr", {}, ...head.map((text) => (text ? ["th", { scope: "col" }, text] : ["td", {}]))],
        ],
      ]
    : []),
  [
    "tbody",
    {},
    ...rows.map(([name, ...cells]) => [
      "tr",
      {},
      ["th", { scope: "row" }, name],
      ...cells.map(cell),
    ]),
  ],
];

// A table that can be drawn again; with a caption, its cells may carry bars.
function numberTable(caption, attributes = {}) {
  const element = h("table", attributes);
  const top = caption ? [["caption", {}, caption]] : [];
  return { element, draw: (head, rows) => patch(element, [...top, ...sections(head, rows)]) };
}

const barTable = (caption, look = "") => numberTable(caption, { class: `ex-bars ${look}` });

// The height of a line at each whole pixel, nan where it is not.
function heightsOf(line, width) {
  const heights = new Float64Array(width).fill(NaN);
  for (let i = 0; i < line.length; i += 1) {
    const [x, y] = line[i];
    const [end, to] = line[i + 1] ?? [x + 1, y];
    for (let at = Math.ceil(x); at < end; at += 1)
      heights[at] = y + ((to - y) * (at - x)) / (end - x);
  }
  return heights;
}

// Between which heights a line runs in each stripe of so many pixels.
const STRIPE = 8;
function stripesOf(heights) {
  const count = Math.ceil(heights.length / STRIPE);
  const stripes = { low: new Float64Array(count).fill(Infinity), high: new Float64Array(count) };
  stripes.high.fill(-Infinity);
  for (let at = 0; at < heights.length; at += 1) {
    const [height, k] = [heights[at], Math.floor(at / STRIPE)];
    if (height < stripes.low[k]) stripes.low[k] = height;
    if (height > stripes.high[k]) stripes.high[k] = height;
  }
  return stripes;
}

// How far a line stays from a height between two pixels.
function distance({ low, high }, height, from, to) {
  let least = Infinity;
  const last = Math.min(Math.floor(to / STRIPE), low.length - 1);
  for (let k = Math.max(Math.floor(from / STRIPE), 0); k <= last; k += 1)
    least = Math.min(least, Math.max(low[k] - height, height - high[k], 0));
  return least;
}

// For each curve the place of its name: above it, below it or beside it, where it is clearest of
// all lines and of the names before it.
function placeNames(curves, lines, edge) {
  const placed = [];
  const heights = lines.map((line) => heightsOf(line, Math.ceil(edge.right) + 1));
  const stripes = heights.map(stripesOf);
  curves.forEach(({ name, tone, named = true }, own) => {
    const half = 3.9 * name.length;
    let best = { clear: -99 };
    function look(at, bases) {
      if (at - half <= edge.left || at + half >= edge.right) return;
      for (const base of bases) {
        if (base <= edge.top + 12 || base >= edge.bottom - 4) continue;
        const covers = (other) =>
          Math.abs(other.at - at) < other.half + half && Math.abs(other.base - base) < 18;
        if (placed.some(covers)) continue;
        let clear = 24;
        for (let k = 0; k < curves.length; k += 1) {
          const gap = distance(stripes[k], base - 4, at - half, at + half) - 8;
          // Its own line may be near, but not cross the name.
          clear = Math.min(clear, curves[k].tone === tone ? 4 * gap : gap);
        }
        if (clear > best.clear) best = { clear, at, base, half, name, tone };
      }
    }
    for (let x = edge.left; named && x < edge.right; x += STRIPE) {
      const y = heights[own][x];
      if (!(y >= edge.top)) continue;
      look(x, [y - 9, y - 14, y + 19, y + 24]);
      look(x + half + 9, [y + 4]);
      look(x - half - 9, [y + 4]);
    }
    if (best.name) placed.push(best);
  });
  return placed;
}

// Bands over the points of a curve that are not finite, where there is nothing to draw.
function lostBands(points, words) {
  const bands = [];
  points.forEach(([x, y], i) => {
    if (Number.isFinite(y)) return;
    const [to] = points[i + 1] ?? [x];
    if (i && !Number.isFinite(points[i - 1][1])) bands.at(-1).to = to;
    else bands.push({ from: x, to, words: bands.length ? "" : words });
  });
  return bands;
}

// draw({ title, x, y, curves, marks, bands, boxes }): an axis is { label, domain, parts or ticks,
// show }; a curve { name, tone, points or f, named }; a mark { x, y, tone, label }; a band
// { from, to, words }; a box { from, to, height, tone, name }.
// On a narrow card it is only `low`, so that the control in hand fits below it; `name` tells
// its numbers from those of another plot.
function linePlot({ signal, height: high = 260, low = 160, name = "", pick }) {
  const [back, front] = [s("g"), s("g")];
  const drawing = s("svg", { class: "ex-plot", role: "img" }, back, front);
  const heading = h("figcaption", { class: "ex-label" });
  const data = h("div", { class: "ex-data", tabindex: 0, role: "group", "aria-label": "Numbers" });
  const numbers = numberTable("");
  data.append(numbers.element);
  const details = h(
    "details",
    {},
    h("summary", {}, `Numbers behind the plot${name && `: ${name}`}`),
    data,
  );
  details.addEventListener("toggle", fill);
  const element = h("figure", { class: "ex-figure" }, heading, drawing, details);
  let width = 320;
  let height = high;
  let spec;
  let toX;
  let framed;
  let named;
  let names;
  const observer = new ResizeObserver(([entry]) => {
    const now = Math.round(entry.contentRect.width);
    if (now === 0 || now === width) return;
    width = now;
    height = element.closest(".ex-card").clientWidth < NARROW ? low : high;
    paint();
  });
  observer.observe(element);
  signal.addEventListener("abort", () => observer.disconnect());

  if (pick) {
    onDrag(drawing, (across) => {
      const [min, max] = spec.x.domain;
      pick(clamp(scale([toX(min), toX(max)], [min, max])(across * width), { min, max }));
    });
  }

  function paint() {
    const { x, y, curves, marks = [], bands = [], boxes = [] } = spec;
    const edge = { left: 46, right: width - 14, top: 10, bottom: height - 40 };
    toX = scale(x.domain, [edge.left, edge.right]);
    const toY = scale(y.domain, [edge.bottom, edge.top]);
    const inside = (value) => clamp(toY(value), { min: edge.top, max: edge.bottom });
    const frame = {
      x: edge.left - 8,
      y: edge.top - 8,
      width: edge.right - edge.left + 16,
      height: edge.bottom - edge.top + 16,
    };
    const text = (left, top, words, attributes) => [
      "text",
      { x: left, y: top, "text-anchor": "middle", ...attributes },
      words,
    ];
    const lines = curves.map(({ points }) =>
      points
        .filter((point) => Number.isFinite(point[1]))
        .map((point) => [toX(point[0]), toY(point[1])]),
    );
    const paths = lines.map((line) =>
      line.map((place, i) => `${i ? "L" : "M"}${place.map((v) => v.toFixed(1))}`).join(""),
    );
    // Names stay while their lines do.
    const namedNow = [...curves.map(({ name }) => name), ...paths].join();
    if (namedNow !== named) names = placeNames(curves, lines, edge);
    named = namedNow;
    const label =
      `${spec.title} against ${x.label}: ${curves.map((curve) => curve.name).join(", ")}. ` +
      marks.map((mark) => `Mark at ${format(mark.x, 2)}: ${format(mark.y)}.`).join(" ");
    const size = { width, height, viewBox: `0 0 ${width} ${height}` };
    for (const [name, value] of Object.entries({ ...size, "aria-label": label }))
      if (drawing.getAttribute(name) !== String(value)) drawing.setAttribute(name, value);
    // The frame stays while only what is in it moves.
    const frameNow = JSON.stringify([width, x, y, bands]);
    if (frameNow !== framed)
      patch(back, [
        ...bands.map(({ from, to }) => [
          "rect",
          {
            class: "ex-band",
            x: toX(from),
            y: edge.top,
            width: toX(to) - toX(from),
            height: edge.bottom - edge.top,
          },
        ]),
        ...y.ticks.flatMap((value) => [
          [
            "line",
            {
              class: "ex-grid",
              x1: edge.left,
              x2: edge.right,
              y1: toY(value),
              y2: toY(value),
            },
          ],
          text(edge.left - 8, toY(value) + 4, plain(value), { "text-anchor": "end" }),
        ]),
        ...x.ticks.map((value) => text(toX(value), edge.bottom + 18, (x.show ?? plain)(value))),
        text((edge.left + edge.right) / 2, height - 4, x.label, { class: "ex-axis" }),
        [
          "line",
          {
            class: "ex-base",
            x1: edge.left,
            x2: edge.right,
            y1: edge.bottom,
            y2: edge.bottom,
          },
        ],
      ]);
    framed = frameNow;
    patch(front, [
      ...boxes.flatMap(({ from, to, height: high, tone, name }) => {
        const [left, right, top] = [toX(from), toX(to), toY(Math.min(high, y.domain[1]))];
        return [
          [
            "rect",
            {
              class: `ex-box-mark ex-${tone}`,
              x: left,
              y: top,
              width: right - left,
              height: edge.bottom - top,
            },
          ],
          text(
            (left + right) / 2,
            edge.bottom - 8,
            right - left > 34 && edge.bottom - top > 22 ? name : "",
            { class: "ex-axis" },
          ),
        ];
      }),
      // A nested drawing cuts off what leaves the frame.
      [
        "svg",
        { ...frame, viewBox: Object.values(frame).join(" ") },
        ...curves.map(({ tone }, k) => ["path", { class: `ex-line ex-${tone}`, d: paths[k] }]),
      ],
      ...names.map(({ at, base, name, tone }) =>
        text(at, base, name, { class: `ex-name ex-${tone}` }),
      ),
      ...marks.map((mark) => [
        "path",
        {
          class: `ex-mark ex-${mark.tone}`,
          d: SHAPES[mark.tone],
          transform: `translate(${toX(mark.x).toFixed(1)},${inside(mark.y).toFixed(1)})`,
        },
      ]),
      ...marks
        .filter(({ label }) => label)
        .map(({ x: at, y: high, tone, label }) => {
          // Above its mark, or beside it where the mark touches the frame.
          const [left, top] = [toX(at), inside(high)];
          const above = top - edge.top > 16;
          return text(above ? left : left + 13, above ? top - 12 : top + 5, label, {
            class: `ex-name ex-${tone}`,
          });
        }),
    ]);
  }

  function fill() {
    if (!details.open) return;
    const { x, curves } = spec;
    const places = curves[0].f ? x.ticks : curves[0].points.map((point) => point[0]);
    const value = (curve, at) =>
      curve.f ? curve.f(at) : curve.points.find((point) => point[0] === at)?.[1];
    numbers.draw(
      [x.label, ...curves.map((curve) => curve.name)],
      places.map((at) => [
        (x.show ?? plain)(at),
        ...curves.map((curve) => format(value(curve, at) ?? NaN)),
      ]),
    );
  }

  function draw(next) {
    const curves = next.curves.map((curve) =>
      curve.f ? { ...curve, points: sample(curve.f, next.x.domain) } : curve,
    );
    const axis = ({ domain: [from, to], parts = 5, ...rest }) => ({
      domain: [from, to],
      ticks: Array.from({ length: parts + 1 }, (_, i) => from + ((to - from) * i) / parts),
      ...rest,
    });
    spec = { ...next, curves, x: axis(next.x), y: axis(next.y) };
    patch(heading, [
      next.title,
      ...(next.bands ?? [])
        .filter(({ words }) => words)
        .map(({ words }) => ["span", { class: "ex-key" }, words]),
    ]);
    details.hidden = Boolean(next.boxes);
    paint();
    fill();
  }
  return { element, draw };
}

export { barTable, linePlot, lostBands, numberTable, onDrag, s };
