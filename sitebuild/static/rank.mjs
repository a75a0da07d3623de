// Find the sections that a query means, in an index of words; best first, one of each page.

const PREFIX = 0.5;
const NEAR = 0.4;
const SAME_STEM = 0.9;
const MEANT = 0.8;

// A word without its ending, and in one spelling: losses, optimised, normalisation.
const stem = (word) => {
  const one = word
    .replace(/our/g, "or")
    .replace(/is(e|ed|es|ing|ation|ations|er|ers)$/, "iz$1")
    .replace(/ies$/, "y")
    .replace(/(ss|x|ch|sh)es$/, "$1")
    .replace(/([^su])s$/, "$1");
  const short = one.replace(/(?:ations?|ing|ed|ion|ly|er)$/, "");
  return short.length > 3 ? short.replace(/(.)\1$/, "$1").replace(/e$/, "") : one;
};

const plain = (text) =>
  text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[−–—]/g, "-")
    .replace(/(\d)[.,](?=\d)/g, "$1")
    .toLowerCase();

// The words of a query, and the query as one: "p - y" is p-y, "cross entropy" is crossentropy.
const wordsOf = (query) => {
  const text = plain(query);
  const words = text.match(/[\p{L}\p{N}]+/gu) ?? [];
  const whole = text.replace(/\s+/g, "");
  const parts = query.match(/[A-Z]+(?![a-z])|[A-Z][a-z]+/g) ?? [];
  return {
    words: words.flatMap((word) => {
      const halves = parts.length > 1 && words.length === 1 ? parts.map(plain) : [];
      return [{ word, halves }];
    }),
    whole: /[^\p{L}\p{N}]/u.test(whole) ? [whole, whole.replace(/[-_.]/g, "")] : [words.join("")],
  };
};

// How many letters must change, be added, left out or swapped; more than `most` is not counted.
const distance = (one, other, most) => {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let [before, row] = [[], Array.from({ length: other.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const change = row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1);
      next[j] = Math.min(change, row[j] + 1, next[j - 1] + 1);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    if (Math.min(...next) > most) return most + 1;
    [before, row] = [row, next];
  }
  return row[other.length];
};

// An anchor is most often its heading in small letters, and is then not written down.
const anchorOf = (anchor, heading) =>
  anchor === 1
    ? heading
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-|-$/g, "")
    : anchor;

const engine = ({ pages, sections, terms, weights, stop, synonyms }) => {
  const words = Object.keys(terms);
  const stems = new Map();
  for (const word of words) {
    const key = stem(word);
    stems.set(key, [...(stems.get(key) ?? []), word]);
  }
  const has = (word) => Object.hasOwn(terms, word);

  // Words of the index that a typed word stands for, each with how well.
  const meant = (word) => {
    const found = new Map();
    const add = (known, share) => found.set(known, Math.max(share, found.get(known) ?? 0));
    if (has(word)) add(word, 1);
    for (const known of stems.get(stem(word)) ?? []) add(known, SAME_STEM);
    if (Object.hasOwn(synonyms, word))
      for (const other of synonyms[word].split(" "))
        for (const known of stems.get(stem(other)) ?? []) add(known, MEANT);
    if (word.length > 2) for (const known of words) if (known.startsWith(word)) add(known, PREFIX);
    if (!found.size && word.length > 3) {
      const most = word.length > 7 ? 2 : 1;
      const near = words.map((known) => [known, distance(word, known, most)]);
      const least = Math.min(...near.map(([, apart]) => apart));
      if (least <= most)
        for (const [known, apart] of near) if (apart === least) add(known, NEAR / apart);
    }
    return found;
  };

  // What each section scores for one word: its best sense, rare words counting for more.
  const scores = (senses) => {
    const best = new Map();
    for (const [known, share] of senses) {
      // Of each section a letter for the weight, then how far on it is, if not 1: "b3ab5".
      const entry = [...terms[known].matchAll(/([a-z])(\d*)/g)];
      const rare = Math.log(1 + sections.length / entry.length);
      let place = 0;
      for (const [, letter, step] of entry) {
        place += step === "" ? 1 : Number(step);
        const weight = weights[letter.charCodeAt(0) - 97];
        best.set(place, Math.max(best.get(place) ?? 0, share * rare * weight));
      }
    }
    return best;
  };

  const search = (query) => {
    const { words: typed, whole } = wordsOf(query);
    const asked = typed
      .filter(({ word }) => !stop.includes(word))
      .map(({ word, halves }) => {
        const senses = meant(word);
        if (!has(word))
          for (const half of halves)
            for (const [known, share] of meant(half)) senses.set(known, share / halves.length);
        return scores(senses);
      });
    const together = scores(new Map(whole.filter(has).map((word) => [word, 1])));
    const total = new Map();
    for (const place of new Set([...asked, together].flatMap((found) => [...found.keys()]))) {
      const each = asked.map((found) => found.get(place) ?? 0);
      const share = each.filter(Boolean).length / Math.max(asked.length, 1);
      const sum = each.reduce((all, one) => all + one, 0) * share * share;
      total.set(place, sum + 2 * (together.get(place) ?? 0));
    }
    const best = new Map();
    for (const [place, score] of total) {
      const page = sections[place][0];
      const weighed = score * pages[page][2];
      const known = best.get(page);
      if (!known) best.set(page, { place, score: weighed, sum: weighed });
      else {
        known.sum += weighed;
        if (weighed > known.score) Object.assign(known, { place, score: weighed });
      }
    }
    return [...best.values()]
      .map(({ place, score, sum }) => ({ place, score: score + 0.15 * (sum - score) }))
      .sort((one, other) => other.score - one.score || one.place - other.place)
      .map(({ place }) => {
        const [page, anchor, heading, text] = sections[place];
        return {
          page: pages[page][0],
          title: pages[page][1],
          anchor: anchorOf(anchor, heading),
          heading,
          text,
        };
      });
  };

  return search;
};

export { engine, plain, stem };
