// Where a reader was on each page: read from a text, and written into one. What does not read as
// one is no place.

const KEY = "measuring-wrongness.places";
const MOST_LETTERS = 200;

const isPlace = (place) =>
  typeof place === "object" &&
  place !== null &&
  ["id", "heading"].every(
    (name) => typeof place[name] === "string" && place[name].length <= MOST_LETTERS,
  ) &&
  Number.isSafeInteger(place.at) &&
  typeof place.done === "boolean";

// The places by their pages, the newest last.
function readPlaces(text) {
  try {
    const entries = Object.entries(JSON.parse(text) ?? {}).filter(([, place]) => isPlace(place));
    return new Map(entries.sort(([, one], [, other]) => one.at - other.at));
  } catch {
    return new Map();
  }
}

const writePlaces = (places) => JSON.stringify(Object.fromEntries(places));

// What to go on with: the place where a reader stopped, or the start of the page after one that
// was read to its end. `pages` are the site's in their order, each with its address and its title.
function goOn(places, pages) {
  const newest = [...places].at(-1);
  if (!newest) return null;
  const [page, { id, heading, done }] = newest;
  const found = pages.findIndex(({ address }) => address === `${page}.html`);
  const next = found < 0 ? undefined : pages[found + Number(done)];
  if (!next) return null;
  return done ? next : { ...next, address: `${next.address}#${id}`, heading };
}

export { goOn, KEY, readPlaces, writePlaces };
