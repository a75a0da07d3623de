// Lines that differ in their figures alone: one is read, and tells how to read the others. What
// _alike.py does for whole blocks. No DOM here.

// A number that is no part of a name or of another number: what changes from line to line.
const FIGURE = /(?<![\w@.-]|(?<!\d)\/|[^\0-\x7f])[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)/g;
// So many kinds of lines are tried before a line is read by itself.
const KINDS = 24;
// Among so many figures it is found out which is divided by which.
const DIVIDED = 8;
// A kind is worth knowing when it has been seen so often; so many are counted.
const OFTEN = 3;
const MOST = 10_000;
// No line of a log is longer.
const LONG_LINE = 4000;
// Where a line's figures go: each is replaced by a number of its own, and the line is read again.
const PROBE = 7_000_000;
const [PLUS, DASH, POINT, ZERO] = [43, 45, 46, 48];
const EXPONENT = 101;
// So many digits make a whole number that a float holds exactly, and so does a power of ten below.
const EXACT_DIGITS = 15;
const POWERS = Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

// Reads the number at a place of a line: its value in `value`, and in `end` where it ends.
function figureReader() {
  const figure = { value: 0, end: 0 };
  const digitAt = (line, at) => {
    const digit = line.charCodeAt(at) - ZERO;
    return digit >= 0 && digit <= 9 ? digit : -1;
  };
  // Whether there is one.
  figure.read = (line, start) => {
    let at = start;
    const sign = line.charCodeAt(at);
    if (sign === DASH || sign === PLUS) at += 1;
    let [whole, digits, decimals] = [0, 0, 0];
    let digit = digitAt(line, at);
    for (; digit >= 0; digit = digitAt(line, at)) {
      whole = 10 * whole + digit;
      digits += 1;
      at += 1;
    }
    if (line.charCodeAt(at) === POINT && (digits || digitAt(line, at + 1) >= 0)) {
      at += 1;
      for (digit = digitAt(line, at); digit >= 0; digit = digitAt(line, at)) {
        whole = 10 * whole + digit;
        digits += 1;
        decimals += 1;
        at += 1;
      }
    }
    if (!digits) return false;
    let plain = digits <= EXACT_DIGITS;
    if ((line.charCodeAt(at) | 32) === EXPONENT) {
      const signed = [DASH, PLUS].includes(line.charCodeAt(at + 1)) ? at + 2 : at + 1;
      let end = signed;
      while (digitAt(line, end) >= 0) end += 1;
      if (end > signed) {
        at = end;
        plain = false;
      }
    }
    figure.end = at;
    const value = whole / POWERS[decimals];
    figure.value = plain ? (sign === DASH ? -value : value) : Number(line.slice(start, at));
    return true;
  };
  return figure;
}

// For each name { name, figure, total, value }: which of the line's figures it is, and by which it
// is divided, or -1; and what it is where it is always the same. By what a line holds, and what it
// holds with a number of its own in each place; undefined if that can't be said.
function fieldsOf(pairs, probed, count) {
  if (pairs?.length !== probed?.length || !pairs) return undefined;
  const quotients = new Map();
  for (let a = 0; a < count && count <= DIVIDED; a += 1)
    for (let b = 0; b < count; b += 1)
      if (a !== b) quotients.set((PROBE + a) / (PROBE + b), [a, b]);
  const fields = new Map();
  for (const [i, [name, value]] of pairs.entries()) {
    const [same, number] = probed[i];
    if (same !== name) return undefined;
    const figure = number - PROBE;
    let field = { name, figure: -1, total: -1, value };
    if (Number.isInteger(figure) && figure >= 0 && figure < count) field = { ...field, figure };
    else if (quotients.has(number)) {
      const [a, b] = quotients.get(number);
      field = { ...field, figure: a, total: b };
    } else if (!Object.is(number, value)) return undefined;
    if (!fields.has(name)) fields.set(name, field);
  }
  return [...fields.values()];
}

// What lines of one kind have in common: the texts around their figures, and their fields.
function kindOfLine(line, reader) {
  const found = [...line.matchAll(FIGURE)];
  const texts = [];
  let end = 0;
  for (const { index, 0: figure } of found) {
    texts.push(line.slice(end, index));
    end = index + figure.length;
  }
  texts.push(line.slice(end));
  const probe = texts.map((text, i) => (i ? `${PROBE + i - 1}${text}` : text)).join("");
  const fields = fieldsOf(reader.alone(line), reader.alone(probe), found.length);
  return fields && { texts, fields };
}

// Reads lines, in order, with a format's reader that can read most of them each by itself.
function alikeReader(reader, rows) {
  const figure = figureReader();
  const numbers = new Float64Array(LONG_LINE);
  // The last met first.
  const kinds = [];
  const seen = new Map();

  function matches({ texts }, line) {
    if (!line.startsWith(texts[0])) return false;
    let at = texts[0].length;
    for (let i = 1; i < texts.length; i += 1) {
      if (!figure.read(line, at) || !line.startsWith(texts[i], figure.end)) return false;
      numbers[i - 1] = figure.value;
      at = figure.end + texts[i].length;
    }
    return at === line.length;
  }
  function keep({ fields }, line) {
    const row = rows.lines.length;
    let kept = false;
    for (const { column, figure: own, total, value } of fields) {
      if (!column) continue;
      column.rows.push(row);
      const number = own < 0 ? value : numbers[own];
      column.values.push(total >= 0 && numbers[total] ? number / numbers[total] : number);
      kept = true;
    }
    if (kept) rows.lines.push(line);
    else rows.ignored += 1;
  }
  // Remembers a line's kind, once it has been seen often.
  function learn(line) {
    const likeness = line.replace(FIGURE, "#");
    const count = (seen.get(likeness) ?? 0) + 1;
    if (count > 1 || seen.size < MOST) seen.set(likeness, count);
    const kind = count === OFTEN ? kindOfLine(line, reader) : undefined;
    if (!kind) return;
    for (const field of kind.fields) field.column = rows.column(field.name);
    kinds.unshift(kind);
    if (kinds.length > KINDS) seen.delete(kinds.pop().likeness);
    kind.likeness = likeness;
  }
  function readOne(line, at) {
    if (!reader.waits() && line.length <= LONG_LINE) {
      for (let i = 0; i < kinds.length; i += 1)
        if (matches(kinds[i], line)) {
          keep(kinds[i], at);
          if (i) kinds.unshift(...kinds.splice(i, 1));
          return;
        }
      reader.read([line], at);
      if (!reader.waits()) learn(line);
    } else reader.read([line], at);
  }
  return {
    read(lines, first) {
      for (let i = Math.max(0, reader.start + 1 - first); i < lines.length; i += 1)
        if (lines[i].trim()) readOne(lines[i], first + i);
    },
    end: reader.end,
  };
}

export { alikeReader };
