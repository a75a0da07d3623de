import assert from "node:assert/strict";
import { test } from "node:test";
import { readNumber } from "../../lossfns/quiz/static/number.mjs";

const near = (a, b) => Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(b));

function reads(written) {
  for (const [text, value] of Object.entries(written)) {
    const { numbers, fault } = readNumber(text);
    assert.equal(fault, "", text);
    assert.ok(numbers.length === 1 && near(numbers[0], value), `${text}: ${numbers}`);
  }
}

test("decimals are read with a point or a comma, and with every dash for a minus", () => {
  reads({
    0.25: 0.25,
    " .25 ": 0.25,
    "0,25": 0.25,
    ",5": 0.5,
    "5.": 5,
    "-2": -2,
    "−2": -2,
    "–2": -2,
    "‐2": -2,
    "－2": -2,
    "- 0.5": -0.5,
    "minus 0.5": -0.5,
    "+3": 3,
    "1e-3": 0.001,
    "2E2": 200,
    "0,150": 0.15,
    "-0,989": -0.989,
    "−0,020": -0.02,
    "00,150": 0.15,
    "１２": 12,
  });
});

test("thousands are read however they are divided", () => {
  reads({
    "1 000": 1000,
    "1\u00a0000": 1000,
    "1\u202f000,5": 1000.5,
    "12,345.5": 12345.5,
    "1,234,567": 1234567,
    "1.234.567": 1234567,
    "1.234,5": 1234.5,
    "1’000": 1000,
  });
});

test("fractions are read, mixed ones and those of one character too", () => {
  reads({
    "8/27": 8 / 27,
    "-1 / 4": -0.25,
    "1⁄4": 0.25,
    "1 ÷ 4": 0.25,
    "½": 0.5,
    "−¾": -0.75,
    "1½": 1.5,
    "1 ½": 1.5,
    "1 1/2": 1.5,
    "-1 1/2": -1.5,
    "1/4/2": 0.125,
  });
});

test("logarithms, roots and powers are read as the course writes them", () => {
  const { E, LN2, SQRT2 } = Math;
  reads({
    "ln 2": LN2,
    ln2: LN2,
    "Ln(2)": LN2,
    "log 2": LN2,
    log2: LN2,
    "−ln 0.5": LN2,
    "2 log 2": 2 * LN2,
    "2·ln 2": 2 * LN2,
    "½ ln 2": LN2 / 2,
    "log2(8)": 3,
    "log2 8": 3,
    "log10(100)": 2,
    "e^-1": 1 / E,
    "e⁻¹": 1 / E,
    "1/e": 1 / E,
    "exp(-1)": 1 / E,
    "1 + e^-1": 1 + 1 / E,
    "sqrt(2)": SQRT2,
    "√2": SQRT2,
    "2^-3": 0.125,
    "2**-3": 0.125,
    "2^(-3)": 0.125,
    "2²": 4,
    "10^3": 1000,
    "10³": 1000,
    "3·10^-2": 0.03,
    "3 × 10⁻²": 0.03,
    "3 x 10^-2": 0.03,
    "-2^2": -4,
  });
});

test("what people write around a number does no harm", () => {
  reads({
    "≈ 0.69": 0.69,
    "~0.69": 0.69,
    "= 0.69": 0.69,
    "= ≈ 0.69": 0.69,
    "about 0.69": 0.69,
    "L = 0.69": 0.69,
    "ln 2 ≈ 0.69": 0.69,
    "(−0.2)": -0.2,
    "[0.3]": 0.3,
    "3.784.": 3.784,
    "0.69 nats": 0.69,
    "0.69 nats per token": 0.69,
    "1 bit": 1,
    "46 times quieter": 46,
    "46×": 46,
    "22.3 %": 0.223,
    "22,3%": 0.223,
    "25 percent.": 0.25,
  });
});

test("what may mean two numbers gives both", () => {
  assert.deepEqual(readNumber("1,386").numbers, [1386, 1.386]);
  const [third, whole] = readNumber("ln 4/3").numbers;
  assert.ok(near(third, Math.log(4) / 3) && near(whole, Math.log(4 / 3)));
});

test("what is no number gets a word about the part that was not understood", () => {
  const words = {
    "": "",
    " ": "",
    "=": "“=” is not understood.",
    "ln 2 =": "“=” is not understood.",
    "-": "Something is missing after “-”.",
    "1/": "Something is missing after “1/”.",
    "2^": "Something is missing after “2^”.",
    ".": "“.” is not understood.",
    abc: "“abc” is not understood.",
    "about two": "“two” is not understood.",
    "0.5 apples": "“apples” is not understood.",
    "1.5 million": "“million” is not understood.",
    "1;2": "“;” is not understood.",
    "--1": "“-” is not understood.",
    "0x10": "“x” is not understood.",
    "1e": "“e” is not understood.",
    NaN: "“NaN” is not understood.",
    Infinity: "“Infinity” is not understood.",
    constructor: "“constructor” is not understood.",
    "alert(1)": "“alert” is not understood.",
    "€5": "“€” is not understood.",
    "2)": "“)” is not understood.",
    "(2": "A bracket is not closed.",
    "1.2.3": "“1.2.3” has more than one decimal point.",
    "0.2–0.3": "That looks like a range. Give one number.",
    "1/0": "“1/0” has no finite value.",
    "0/0": "“0/0” has no finite value.",
    "ln 0": "“ln 0” has no finite value.",
    "sqrt(-1)": "“sqrt(-1)” has no finite value.",
    "1e9999": "“1e9999” has no finite value.",
  };
  for (const [text, fault] of Object.entries(words))
    assert.deepEqual(readNumber(text), { numbers: [], fault }, text);
  assert.match(readNumber("9".repeat(100)).fault, /too long/);
});

// Always the same numbers between 0 and 1.
function dice(seed) {
  let state = seed;
  return () => {
    state = (1664525 * state + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

test("a random expression is worth what it says", () => {
  const roll = dice(1);
  const pick = (all) => all[Math.floor(roll() * all.length)];
  const digits = () => String(Math.ceil(roll() * 99) / 10);
  const made = (depth) => {
    if (depth === 0) {
      const text = digits();
      return [pick([text, text.replace(".", ","), `(${text})`]), Number(text)];
    }
    const [left, a] = made(depth - 1);
    const [right, b] = made(depth - 1);
    return pick([
      () => [`(${left}) + (${right})`, a + b],
      () => [`(${left})−(${right})`, a - b],
      () => [`(${left}) ${pick(["*", "×", "·"])} (${right})`, a * b],
      () => [`(${left}) / (${right})`, a / b],
      () => [`(${left})(${right})`, a * b],
      () => [`−(${left})`, -a],
      () => [`exp(−(${left}))`, Math.exp(-a)],
      () => [`(${left})${pick(["²", "^2", "**2"])}`, a ** 2],
      () => [`ln((${left})^2 + 1)`, Math.log(a ** 2 + 1)],
      () => [`sqrt((${left})²)`, Math.abs(a)],
    ])();
  };
  let looked = 0;
  while (looked < 2000) {
    const [text, value] = made(pick([0, 1, 1, 2]));
    if (text.length > 60 || !Number.isFinite(value)) continue;
    looked += 1;
    const { numbers } = readNumber(text);
    assert.ok(
      numbers.some((number) => near(number, value)),
      `${text} is ${value}, read as ${numbers}`,
    );
  }
});

test("any text at all gives finite numbers, or a word, and soon", () => {
  const roll = dice(2);
  const parts = [..."0123456789.,-−+*/^()[]=≈%½²√× e", "ln", "log2", "1,111", "ab", "😀", "nats"];
  const start = performance.now();
  for (let trial = 0; trial < 20000; trial += 1) {
    let text = "";
    for (let left = roll() * 24; left > 0; left -= 1)
      text += parts[Math.floor(roll() * parts.length)];
    const { numbers, fault } = readNumber(text);
    assert.ok(numbers.every(Number.isFinite), text);
    assert.ok(numbers.length === 0 || fault === "", text);
    if (text.trim()) assert.ok(numbers.length > 0 || fault !== "", text);
  }
  assert.ok(performance.now() - start < 20000);
});

test("a text that could be read in very many ways is still read at once", () => {
  const start = performance.now();
  readNumber("1,111/".repeat(10).slice(0, 59));
  readNumber("ln1/".repeat(15));
  readNumber("(".repeat(60));
  readNumber("㏑⅟2".repeat(20));
  assert.ok(performance.now() - start < 2000);
});
