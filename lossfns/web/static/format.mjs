// Numbers and states as text: no DOM here.

const MINUS = "−";

// A number for people: fixed digits, scientific when that would hide it, a true minus sign.
function format(value, digits = 3) {
  if (Number.isNaN(value)) return "nan";
  const size = Math.abs(value);
  let text;
  if (size === Infinity) text = "∞";
  else if (size >= 1e6) text = size.toExponential(1).replace("+", "");
  else if (size >= 1000) text = Math.round(size).toLocaleString("en");
  else if (size !== 0 && size < 10 ** -digits) text = size.toExponential(1).replace("-", MINUS);
  else text = size.toFixed(digits);
  return value < 0 ? MINUS + text : text;
}

// A number that has a direction says so in both directions.
const signed = (value, digits) => (value > 0 ? "+" : "") + format(value, digits);

const allZero = (weights) =>
  weights.some(Boolean) ? "" : "All weights are 0 and count as equal. ";

const clamp = (value, { min, max }) => Math.min(max, Math.max(min, value));

// The value a text stands for under a parameter's rule, with a word when it was not taken as it came.
function parseValue(text, rule) {
  if (rule.options) {
    const found = rule.options.find((option) => String(option) === text.trim());
    return found === undefined
      ? { note: `must be one of ${rule.options.join(", ")}` }
      : { value: found };
  }
  if (rule.size) {
    const items = text.split(",").map((item) => parseValue(item, { ...rule, size: undefined }));
    const fits = items.length >= rule.size[0] && items.length <= rule.size[1];
    if (!fits || items.some((item) => item.value === undefined))
      return {
        note: `must be ${[...new Set(rule.size)].join(" to ")} numbers with commas between`,
      };
    return { value: items.map((item) => item.value), note: items.find((item) => item.note)?.note };
  }
  const number = text.trim() === "" ? NaN : Number(text);
  if (!Number.isFinite(number)) return { note: "must be a number" };
  const whole = rule.whole ? Math.round(number) : number;
  const value = clamp(whole, rule);
  if (value === number) return { value };
  return {
    value,
    note: value === whole ? "must be whole" : `kept within ${rule.min} and ${rule.max}`,
  };
}

const MOST_SHOWN = 60;
const shortened = (text) => (text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text);

// The part of a page's address that belongs to one explorer: ?loss.p=0.01&loss.y=1
function readAddress(search, name, params) {
  const query = new URLSearchParams(search);
  const values = {};
  const notes = [];
  for (const [trait, rule] of Object.entries(params)) {
    const key = `${name}.${rule.key ?? trait}`;
    if (!query.has(key)) continue;
    const { value, note } = parseValue(query.get(key), rule);
    if (value !== undefined) values[trait] = value;
    if (note) notes.push(`In the link, ${key} = ${shortened(query.get(key))}: ${note}.`);
  }
  return { values, notes };
}

// Whether the address asks for the answer too: without that, a link opens with the question.
function isRevealed(search, name) {
  return !["false", null].includes(new URLSearchParams(search).get(`${name}.revealed`));
}

function writeAddress(address, name, params, get, revealed = false) {
  const url = new URL(address);
  url.search = "";
  url.hash = "";
  for (const [trait, rule] of Object.entries(params))
    url.searchParams.set(`${name}.${rule.key ?? trait}`, String(get(trait)));
  if (revealed) url.searchParams.set(`${name}.revealed`, "true");
  return url.href.replaceAll("%2C", ",");
}

export { allZero, clamp, format, isRevealed, parseValue, readAddress, signed, writeAddress };
