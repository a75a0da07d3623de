// Whether an answer is right, and what is to be said about it: no DOM here.
//
// A key is { kind, count, right: [indices], values: [{ value, tolerance }] }; a grade is
// { right, say: [{ option, as }] }, where `as` is "chosen", "missed" or "misplaced".

// A number as people write it: 0.15, 0,15, −2, 8/27, 1,000. NaN for anything else.
function readNumber(text) {
  const plain = text.trim().replaceAll(/[\u2212\u2013]/g, "-").replaceAll(/(?<=\d)\s(?=\d{3}\b)/g, "");
  const parts = plain.split("/");
  if (parts.length > 2) return NaN;
  const numbers = parts.map((part) => {
    const figure = part.trim();
    if (/^[-+]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(figure)) return Number(figure.replaceAll(",", ""));
    if (/^[-+]?(\d+([.,]\d*)?|[.,]\d+)(e[-+]?\d{1,3})?$/i.test(figure)) return Number(figure.replace(",", "."));
    return NaN;
  });
  return numbers.length === 2 ? numbers[0] / numbers[1] : numbers[0];
}

const same = (a, b) => a.length === b.length && a.every((item, i) => item === b[i]);

function gradeChoice({ right }, chosen) {
  const missed = right.filter((option) => !chosen.includes(option));
  return {
    right: same([...right].sort(), [...chosen].sort()),
    say: [...chosen.map((option) => ({ option, as: "chosen" })), ...missed.map((option) => ({ option, as: "missed" }))],
  };
}

// One wrong choice does not give away the right one.
function gradeOne({ right }, chosen) {
  return { right: same(right, chosen), say: chosen.map((option) => ({ option, as: "chosen" })) };
}

function gradeNumber({ values }, number) {
  const option = values.findIndex(({ value, tolerance }) => Math.abs(number - value) <= tolerance + 1e-9);
  return { right: option === 0, say: [{ option: option < 0 ? "otherwise" : option, as: "chosen" }] };
}

function gradeOrder(key, order) {
  const misplaced = order.filter((option, place) => option !== place);
  return { right: misplaced.length === 0, say: misplaced.map((option) => ({ option, as: "misplaced" })) };
}

const GRADES = { single: gradeOne, sign: gradeOne, bug: gradeOne, multiple: gradeChoice, numeric: gradeNumber, order: gradeOrder };

const grade = (key, answer) => GRADES[key.kind](key, answer);

export { grade, readNumber };
