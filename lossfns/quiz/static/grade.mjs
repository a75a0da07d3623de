// Whether an answer is right, and what is to be said about it: no DOM here.
//
// A key is { kind, right: [indices], values: [{ value, tolerance }] }; a grade is
// { right, say: [{ option, as }] }, where `as` is "chosen", "missed" or "misplaced".

const GROUPED = /^[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/;
const DECIMAL = /^[-+]?(\d+([.,]\d*)?|[.,]\d+)(e[-+]?\d{1,3})?$/i;

// What people may mean by a number: 0.15, 0,15, −2, 8/27, 1,000. A comma before three digits can
// be read in two ways, and both are given; none for what is no number.
function readNumbers(text) {
  const plain = text
    .trim()
    .replaceAll(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/^-\s+/, "-")
    .replaceAll(/(?<=\d)\s(?=\d{3}\b)/g, "");
  const read = (part) => {
    const figure = part.trim();
    const readings = GROUPED.test(figure) ? [Number(figure.replaceAll(",", ""))] : [];
    return DECIMAL.test(figure) ? [...readings, Number(figure.replace(",", "."))] : readings;
  };
  const [tops, bottoms = [1], ...more] = plain.split("/").map(read);
  const numbers = tops.flatMap((top) => bottoms.map((bottom) => top / bottom));
  return more.length ? [] : numbers.filter(Number.isFinite);
}

const same = (a, b) => a.length === b.length && a.every((item, i) => item === b[i]);

function gradeChoice({ right }, chosen) {
  const missed = right.filter((option) => !chosen.includes(option));
  return {
    right: same([...right].sort(), [...chosen].sort()),
    say: [
      ...chosen.map((option) => ({ option, as: "chosen" })),
      ...missed.map((option) => ({ option, as: "missed" })),
    ],
  };
}

// One wrong choice does not give away the right one.
function gradeOne({ right }, chosen) {
  return { right: same(right, chosen), say: chosen.map((option) => ({ option, as: "chosen" })) };
}

// The key comes first: who may have meant it is believed.
function gradeNumber({ values }, numbers) {
  const option = values.findIndex(({ value, tolerance }) =>
    numbers.some((number) => Math.abs(number - value) <= tolerance + 1e-9),
  );
  return {
    right: option === 0,
    say: [{ option: option < 0 ? "otherwise" : option, as: "chosen" }],
  };
}

function gradeOrder(_key, order) {
  const misplaced = order.filter((option, place) => option !== place);
  return {
    right: misplaced.length === 0,
    say: misplaced.map((option) => ({ option, as: "misplaced" })),
  };
}

const GRADES = {
  single: gradeOne,
  sign: gradeOne,
  bug: gradeOne,
  multiple: gradeChoice,
  numeric: gradeNumber,
  order: gradeOrder,
};

const grade = (key, answer) => GRADES[key.kind](key, answer);

export { grade, readNumbers };
