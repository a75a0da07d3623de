// A number as somebody typed or logged it, as in _reading.py. No DOM here.

const LONGEST = 120;
const AROUND = /^[ "'`[\]≈~]+|[ "'`[\]≈~]+$/g;
const NAME =
  /^(?!(?:ln|log2?|log10|exp|sqrt)[ (]*[\d.])[a-z_][\w/ .-]*?["']?(?:\s*[:=≈~]\s*|\s+(?=[-+.\d]|nan|inf|[a-z.]+\d*\())/i;
// As Python prints a scalar of PyTorch, TensorFlow or NumPy.
const SCALAR =
  /^(?:(?:tf\.)?tensor|array|(?:np\.|numpy\.)?float[0-9]*)\(\[?([^,()[\]]+)\]?(?:,.*)?\)$/i;
const NUMBER = /^([-+]?)([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e([-+]?[0-9]{1,4}))?\s*(%?)$/i;
const NAN = /^[-+]?(?:nan(?:\(\w*\))?|1?\.?#(?:ind|qnan))$/i;
const INFINITE = /^([-+]?)(?:inf(?:inity)?|∞|1?\.?#inf)$/i;

// What can't be taken, and in which of the boxes it stands.
class Refused extends Error {
  constructor(field, message) {
    super(message);
    this.field = field;
  }
}

// A text without some letters at its ends. A pattern for the end would start anew at each of many.
function stripped(text, letters) {
  let [start, end] = [0, text.length];
  while (start < end && letters.includes(text[start])) start += 1;
  while (end > start && letters.includes(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

function plainText(typed) {
  let text = typed
    .trim()
    .replaceAll("−", "-")
    .replace(/[.,;… ]+$/, "")
    .replace(AROUND, "");
  if (!NAN.test(text) && !INFINITE.test(text))
    text = text.replace(NAME, "").replace(AROUND, "").replace(SCALAR, "$1").trim();
  if (!text.includes(",")) return text;
  const grouped = text.split(",").length > 2 || text.includes(".");
  return text.replaceAll(",", grouped ? "" : ".");
}

// { value, unit, digits }: the number, one in its last digit, and how many digits count.
function readTyped(typed, field) {
  const plain = typed.length <= LONGEST ? plainText(typed) : "";
  if (NAN.test(plain)) return { value: NaN, unit: 0, digits: 0 };
  const infinite = INFINITE.exec(plain);
  if (infinite) return { value: infinite[1] === "-" ? -Infinity : Infinity, unit: 0, digits: 0 };
  const found = NUMBER.exec(plain);
  if (!found) throw new Refused(field, `“${typed.slice(0, LONGEST)}” is not a number.`);
  const [, sign, written, exponent, percent] = found;
  const power = Number(exponent ?? 0) - (percent ? 2 : 0);
  const decimals = (written.split(".")[1] ?? "").length - power;
  const value = Number(`${sign}${written}e${power}`);
  if (!Number.isFinite(value) || (value === 0 && /[1-9]/.test(written)))
    throw new Refused(field, "That is more than a number can hold.");
  const digits = written.replace(".", "").replace(/^0+/, "").length;
  return { value, unit: Number(`1e${-decimals}`), digits };
}

// Whether something in low … high is written so: rounded, and cut off.
function covers({ value, unit }, low, high) {
  const slack = 1e-6 * Math.abs(high);
  const rounded = low <= value + unit / 2 + slack && high >= value - unit / 2 - slack;
  return [rounded, low <= value + unit && high >= value - slack];
}

export { covers, Refused, readTyped, stripped };
