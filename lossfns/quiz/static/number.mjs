// What people mean by a number: 0.69, 0,69, −2, 8/27, 1½, 22 %, ln 2, e^-1, 3·10⁻². No DOM here.
//
// A text may mean several numbers (1,386 is a thousand or one and a bit, ln 4/3 has two ways), so
// every part has readings, [value, place where it ends], and all that reach the end are given.

const LONGEST = 60;
const PLAIN = /(\d+([.,]\d*)?|[.,]\d+)(e[-+]?\d+)?/iy;
const MIXED = /(\d+) +(\d+) *\/ *(\d+)(?![\d.,])/y;
// Digits in threes, by what divides them; the whole part first, then the decimals.
const GROUPED = [
  /([1-9]\d{0,2}(?:,\d{3})+)(\.\d*)?(?![\d.,])/y,
  /([1-9]\d{0,2}(?:\.\d{3})+)(,\d*)(?![\d.,])/y,
  /([1-9]\d{0,2}(?:\.\d{3}){2,})()(?![\d.,])/y,
  /([1-9]\d{0,2}(?:[ ']\d{3})+)([.,]\d*)?(?![\d.,])/y,
];
const FUNCTION = /(log2|log10)(?= *\(| +[\d.])|(ln|log|lg|exp|sqrt)(?![a-z])|√/iy;
const EULER = /e(?![a-z])/y;
const FACTOR = /(ln|log|lg|exp|sqrt)(?![a-z])|[√(]|e *\^/iy;
const FUNCTIONS = {
  ln: Math.log,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  lg: Math.log10,
  exp: Math.exp,
  sqrt: Math.sqrt,
  "√": Math.sqrt,
};

const BEFORE =
  /^(?:[a-z][\w ]*[=≈]|[=≈≃≅~]|about |approximately |approx\.? |ca?\. ?|circa |roughly |around )\s*(?=\S)/i;
const UNITS =
  "nats?|bits?|steps?|epochs?|tokens?|classes|choices|examples?|days?|euros?|fold|x|times(?: [a-z]+)*";
const AFTER = new RegExp(
  `(?<=[\\d)e]) *(?:-?(?:${UNITS})\\b|[*€])(?: *(?:/|per |an? |each ?)[a-z]*)?$`,
  "i",
);
const PERCENT = /(?<=[\d)]) *(?:%|percent|per cent)$/i;

// The signs of all keyboards and typesetters become those of one.
function plainly(text) {
  return text
    .replaceAll(/[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, (power) => `^(${power.normalize("NFKC")})`)
    .replaceAll(/(\d?)\s*([¼-¾⅐-⅞])/g, (_, digit, fraction) => {
      const parts = fraction.normalize("NFKC").replace("⁄", "/");
      return digit ? `${digit} ${parts}` : `(${parts})`;
    })
    .normalize("NFKC")
    .replaceAll(/[\u2010-\u2015\u2212]/g, "-")
    .replaceAll(/[×·⋅∙]/g, "*")
    .replaceAll(/\*\*/g, "^")
    .replaceAll(/[÷⁄∕]/g, "/")
    .replaceAll(/[[{]/g, "(")
    .replaceAll(/[\]}]/g, ")")
    .replaceAll(/[’ʼ]/g, "'")
    .replaceAll(/(?<=[\d)]) *x *(?=10 *\^)|(?<=[\d)]) +x +(?=[\d(-])/gi, "*")
    .replaceAll(/\s+/g, " ")
    .trim();
}

// All readings of an expression, and how far the text could be understood.
function parse(text) {
  let furthest = 0;
  const skip = (at) => (text[at] === " " ? at + 1 : at);
  const stop = (at) => {
    furthest = Math.max(furthest, at);
    return [];
  };
  const match = (pattern, at) => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const read = (found, value) => (found ? [[value(found), found.index + found[0].length]] : []);

  function number(at) {
    const readings = [
      ...GROUPED.flatMap((pattern) =>
        read(match(pattern, at), ([, whole, decimals = ""]) =>
          Number(whole.replaceAll(/\D/g, "") + decimals.replace(",", ".")),
        ),
      ),
      ...read(match(MIXED, at), ([, whole, top, bottom]) => Number(whole) + top / bottom),
      ...read(match(PLAIN, at), ([plain]) => Number(plain.replace(",", "."))),
    ];
    return readings.length ? readings : stop(at);
  }
  function bracket(at) {
    return sum(at).flatMap(([value, end]) =>
      text[skip(end)] === ")" ? [[value, skip(end) + 1]] : stop(skip(end)),
    );
  }
  // Without brackets, ln 4/3 is the logarithm of a fraction or a third of a logarithm.
  function argument(at) {
    const digits = /\d/.test(text[skip(at)]);
    return signed(at).flatMap(([top, end]) => [
      [top, end],
      ...(digits && text[skip(end)] === "/"
        ? number(skip(skip(end) + 1)).map(([bottom, last]) => [top / bottom, last])
        : []),
    ]);
  }
  function primary(from) {
    const at = skip(from);
    if (text[at] === "(") return bracket(at + 1);
    const called = match(FUNCTION, at);
    if (called)
      return argument(at + called[0].length).map(([value, end]) => [
        FUNCTIONS[called[0].toLowerCase()](value),
        end,
      ]);
    return match(EULER, at) ? [[Math.E, at + 1]] : number(at);
  }
  function power(from) {
    return primary(from).flatMap(([base, end]) =>
      text[skip(end)] === "^"
        ? signed(skip(end) + 1).map(([exponent, last]) => [base ** exponent, last])
        : [[base, end]],
    );
  }
  function signed(from) {
    const at = skip(from);
    if (text[at] === "-") return power(at + 1).map(([value, end]) => [-value, end]);
    return power(text[at] === "+" ? at + 1 : at);
  }
  function product(from) {
    const on = ([left, end]) => {
      const at = skip(end);
      if (text[at] === "*")
        return signed(at + 1).flatMap(([right, last]) => on([left * right, last]));
      if (text[at] === "/")
        return signed(at + 1).flatMap(([right, last]) => on([left / right, last]));
      if (match(FACTOR, at)) return power(at).flatMap(([right, last]) => on([left * right, last]));
      return [[left, end]];
    };
    return signed(from).flatMap(on);
  }
  function sum(from) {
    const on = ([left, end]) => {
      const at = skip(end);
      if (text[at] !== "+" && text[at] !== "-") return [[left, end]];
      if (/[-+]/.test(text[skip(at + 1)])) return stop(skip(at + 1));
      const sign = text[at] === "-" ? -1 : 1;
      return product(at + 1).flatMap(([right, last]) => on([left + sign * right, last]));
    };
    return product(from).flatMap(on);
  }

  const readings = sum(0);
  for (const [, end] of readings) stop(skip(end));
  const whole = readings.filter(([, end]) => end === text.length).map(([value]) => value);
  return { values: [...new Set(whole)], furthest };
}

// What keeps a text from being a number, in words.
function faultOf(text, { values, furthest }) {
  if (values.length) return `“${text}” has no finite value.`;
  const twice = /\d*[.,]\d*[.,]\d*/.exec(text);
  if (twice && furthest <= twice.index + twice[0].length)
    return `“${twice[0]}” has more than one decimal point.`;
  const rest = text.slice(furthest);
  if (rest) return `“${/^(?:[a-z]+|\S[^\s\da-z]*)/i.exec(rest)[0]}” is not understood.`;
  if (text.split("(").length > text.split(")").length) return "A bracket is not closed.";
  return text ? `Something is missing after “${text.trim()}”.` : "";
}

// { numbers, fault }: all numbers that a text may mean, or, where there is none, why.
function readNumber(typed) {
  const nothing = (fault) => ({ numbers: [], fault });
  // One sign may stand for several letters, and each doubtful place doubles the readings.
  const plain = plainly(typed.slice(0, LONGEST + 1));
  if (typed.length > LONGEST || plain.length > LONGEST)
    return nothing("That is too long for a number.");
  if (/\d\s?[\u2012-\u2015]\s?\d/.test(typed))
    return nothing("That looks like a range. Give one number.");
  let text = plain.replace(/^minus /i, "-");
  while (BEFORE.test(text)) text = text.replace(BEFORE, "");
  text = text.replace(/(?<=[\w)%]) ?[.,]$/, "").replace(AFTER, "");
  const share = PERCENT.test(text);
  text = text.replace(PERCENT, "");
  const parsed = parse(text);
  const numbers = parsed.values.filter(Number.isFinite).map((x) => (share ? x / 100 : x));
  return numbers.length ? { numbers, fault: "" } : nothing(faultOf(text, parsed));
}

export { readNumber };
