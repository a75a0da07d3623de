// A talk without a page: what its address says, the way along it, and the clock.

const MODE = "present";
const ROUTE = "route";

// What an address asks for: a screen's number (0 where it names none) and a route; null for no talk.
function readTalk(search) {
  const asked = new URLSearchParams(search);
  if (!asked.has(MODE)) return null;
  const number = asked.get(MODE);
  return { screen: /^\d{1,4}$/.test(number) ? Number(number) : 0, route: asked.get(ROUTE) ?? "" };
}

// The query of an address with another talk, or with none; what else it asks for stays.
function writeTalk(search, talk) {
  const asked = new URLSearchParams(search);
  asked.delete(MODE);
  asked.delete(ROUTE);
  if (talk) asked.set(MODE, talk.screen);
  if (talk?.route) asked.set(ROUTE, talk.route);
  return String(asked) && `?${asked}`;
}

// Every stop of a talk: the screens of a page in a row, or those of a route, each with the minute in
// which its turn comes.
function stopsOf({ page, count, route }) {
  if (!route)
    return Array.from({ length: count }, (_, index) => ({ page, screen: index + 1, ask: "" }));
  let begun = 0;
  return route.flatMap(({ page: on, screens, minutes, ask, skip }) => {
    const stops = screens.map((screen, index) => ({
      page: on,
      screen,
      ask,
      skip,
      due: begun + (minutes * (index + 1)) / screens.length,
    }));
    begun += minutes;
    return stops;
  });
}

// Where on the way a screen is: itself, or the last stop before it on its page, or the first one
// there, or the start.
function placeOf(stops, page, screen) {
  const before = stops.findLastIndex((stop) => stop.page === page && stop.screen <= screen);
  const first = stops.findIndex((stop) => stop.page === page);
  return Math.max(0, before < 0 ? first : before);
}

// The next stop that is not left out when time is short; -1 where none follows.
function afterSkipping(stops, place) {
  return stops.findIndex((stop, index) => index > place && !stop.skip);
}

function clock(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

// How many whole minutes a talk is late at a stop; 0 in time, or where no route has a plan.
function late(milliseconds, stop) {
  return stop.due === undefined ? 0 : Math.max(0, Math.floor(milliseconds / 60000 - stop.due));
}

export { afterSkipping, clock, late, placeOf, readTalk, stopsOf, writeTalk };
