// What the name of a column says, as in _names.py: a loss or an accuracy, of which data. No DOM here.

const setOf = (text) => new Set(text.split(" "));
const HELD_OUT = setOf("val valid validation eval evaluation test testing dev holdout");
const TRAINING = setOf("train training");
const LOSSES = setOf(
  "nll xent bce ce crossentropy mse cost objective criterion logloss kl bpc bpb mlogloss rmse mae",
);
const NOT_A_LOSS = setOf(
  "scale scaler scaling weight weights std stddev var min max time count ratio delta best patience threshold coef coefficient lambda change improvement improved improve decreased increased",
);
const FREE = setOf(
  "d g gen disc dis generator discriminator adv adversarial critic actor policy value entropy vf pg q elbo gan wgan reward nll likelihood gaussian density flow similarity cosine",
);
const STEP_WORDS = setOf("step steps iter iters iteration iterations it itr updates timesteps");
const STEP_WITH = new Set([
  ...STEP_WORDS,
  ...setOf("global num update trainer train training total"),
]);
const EPOCH_WORDS = setOf("epoch epochs ep");
const EPOCH_WITH = new Set([...EPOCH_WORDS, ...setOf("trainer train training current")]);
const FILLING = setOf("average avg mean total epoch step running lm");
// Of the parts that make a loss free, those that make their sum free as well.
const RIVALS = setOf(
  "gen disc generator discriminator adv adversarial critic actor policy vf pg gan wgan",
);
const LEVELS = setOf("info debug warning error");
const MOST_NAMES = 65536;
// What is longer is no name.
const LONGEST_NAME = 1000;

const anyOf = (set, several) => several.some((one) => set.has(one));

function kindOf(parts) {
  const has = new Set(parts);
  const some = (set) => anyOf(set, parts);
  const every = (set) => parts.every((part) => set.has(part));
  if (every(STEP_WITH) && some(STEP_WORDS)) return "step";
  if (every(EPOCH_WITH) && some(EPOCH_WORDS)) return "epoch";
  if (has.has("5") && anyOf(has, ["acc", "top", "accuracy"])) return undefined;
  if (has.has("lr") || (has.has("learning") && has.has("rate"))) return "rate";
  if (anyOf(has, ["gradnorm", "gnorm"]) || (has.has("norm") && anyOf(has, ["grad", "gradient"])))
    return "norm";
  if (anyOf(has, ["perplexity", "ppl"])) return "perplexity";
  if (anyOf(has, ["acc", "accuracy"]) || parts.slice(-2).join(" ") === "top 1") return "accuracy";
  const other = some(NOT_A_LOSS);
  if (parts.some((part) => part.endsWith("loss") || part === "losses"))
    return other ? undefined : "loss";
  if (some(LOSSES) || (has.has("cross") && has.has("entropy")))
    return other ? undefined : "also-loss";
  return undefined;
}

// Keeps what a function gave for each text, as long as there are not too many.
function remembered(compute) {
  const kept = new Map();
  return (text) => {
    if (kept.has(text)) return kept.get(text);
    if (kept.size > MOST_NAMES) kept.clear();
    const found = compute(text);
    kept.set(text, found);
    return found;
  };
}

// The name behind the run's, which a dash sets off: [run, name].
function withoutRun(name) {
  const dash = name.lastIndexOf(" - ");
  return dash < 0 ? ["", name] : [name.slice(0, dash), name.slice(dash + 3)];
}

const wordsOf = (name) =>
  name
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .match(/[a-z]+|[0-9]+/g) ?? [];

// { kind, heldOut, free, run } of a column's name; undefined if it is nothing the clinic reads.
const knownMeaningOf = remembered((name) => {
  if (/__(?:MIN|MAX)$/.test(name)) return undefined;
  const [run, rest] = withoutRun(name);
  const parts = wordsOf(rest);
  // A loss's value, and not a value's loss.
  if (parts.at(-1) === "value") parts.pop();
  const kind = parts.length ? kindOf(parts) : undefined;
  if (!kind) return undefined;
  const cross = parts.includes("cross") && parts.includes("entropy");
  return {
    kind,
    heldOut: anyOf(HELD_OUT, parts),
    free: (kind === "loss" || kind === "also-loss") && anyOf(FREE, parts) && !cross,
    run,
  };
});

const meaningOf = (name) => (name.length <= LONGEST_NAME ? knownMeaningOf(name) : undefined);

// What is left of a name without the words for whose data it is, and the run.
const stemOf = remembered((name) =>
  wordsOf(withoutRun(name)[1])
    .filter((word) => ![HELD_OUT, TRAINING, FILLING].some((set) => set.has(word)))
    .join(" "),
);

// Whether a column is what a policy earns, whose loss need not fall.
const REWARDS = setOf("rew reward return");
const isReward = (name) => anyOf(REWARDS, stemOf(name).split(" "));

// Whether a loss belongs to one of two that pull against each other.
const ofRivals = (name) => anyOf(RIVALS, stemOf(name).split(" "));

// The part of some words before a number that is a column's name; "" if there is none.
const spokenName = remembered((said) => {
  let parts = said.split(/\s+/).filter(Boolean);
  while (parts.length && (LEVELS.has(parts[0].toLowerCase()) || !meaningOf(parts.join(" "))))
    parts = parts.slice(1);
  return parts.join(" ");
});

export {
  EPOCH_WORDS,
  HELD_OUT,
  isReward,
  meaningOf,
  ofRivals,
  STEP_WORDS,
  spokenName,
  stemOf,
  TRAINING,
};
