// Whether an answer is right, and what is to be said about it: no DOM here.
//
// A key is { kind, right: [indices], values: [{ value, tolerance }] }; a grade is
// { right, say: [{ option, as }] }, where `as` is "chosen", "missed" or "misplaced".

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

// The key comes first: who may have meant it is believed. Of several known slips, the nearest.
function gradeNumber({ values }, numbers) {
  const far = ({ value }) => Math.min(...numbers.map((number) => Math.abs(number - value)));
  const meant = values
    .map((item, option) => ({ option, off: far(item), near: far(item) <= item.tolerance + 1e-9 }))
    .filter(({ near }) => near)
    .sort((a, b) => (b.option === 0) - (a.option === 0) || a.off - b.off);
  const option = meant[0]?.option ?? "otherwise";
  return { right: option === 0, say: [{ option, as: "chosen" }] };
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

export { grade };
