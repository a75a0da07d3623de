// When a question comes back, from the reader's answers alone: FSRS, as ts-fsrs computes it.

// Items by their keys, in the order in which a key comes first.
function groupsOf(items, keyOfItem) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOfItem(item);
    if (groups.has(key)) groups.get(key).push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

// In turn from every chapter, chapters and questions in an order that chance decides.
function interleave(questions, chance = Math.random) {
  const shuffled = (items) =>
    items
      .map((item) => [chance(), item])
      .sort(([a], [b]) => a - b)
      .map(([, item]) => item);
  const chapters = shuffled([...groupsOf(questions, ({ chapter }) => chapter).values()]);
  const turns = chapters.flatMap((group) => shuffled(group).map((item, turn) => [turn, item]));
  return turns.sort(([a], [b]) => a - b).map(([, item]) => item);
}

const versionOf = ({ question, digest }) => `${question} ${digest}`;

// `library` is ts-fsrs. Its steps of minutes are off: a day is the shortest wait, except for what
// was missed, which comes back at once.
function createSchedule({ fsrs, createEmptyCard, Rating }) {
  const scheduler = fsrs({ enable_fuzz: false, enable_short_term: false });

  // What is left of one question after its answers, oldest first, at a moment. An answer that a
  // wrong clock dated later counts as given now.
  function recollect(given, now) {
    if (given.length === 0) return { tried: false, missed: false, chance: 0 };
    const answers = given.map(({ at, right }) => ({ at: Math.min(at, now), right }));
    let card = createEmptyCard(new Date(answers[0].at));
    for (const { at, right } of answers)
      card = scheduler.next(card, new Date(at), right ? Rating.Good : Rating.Again).card;
    const last = answers.at(-1);
    const missed = !last.right;
    return {
      tried: true,
      missed,
      at: last.at,
      due: missed ? last.at : card.due.getTime(),
      chance: missed ? 0 : scheduler.get_retrievability(card, new Date(now), false),
    };
  }

  // Questions are { question, digest, objective, chapter }; answers to a question that was changed since
  // have another digest and do not count.
  function plan(questions, answers, now) {
    const given = groupsOf(answers, versionOf);
    const items = questions.map((question) => ({
      ...question,
      ...recollect(given.get(versionOf(question)) ?? [], now),
    }));
    const missed = items.filter((item) => item.missed).sort((a, b) => a.at - b.at);
    const due = items
      .filter((item) => item.tried && !item.missed && item.due <= now)
      .sort((a, b) => a.due - b.due);
    const waiting = items
      .filter((item) => item.tried && !item.missed && item.due > now)
      .map((item) => item.due);
    return {
      items,
      queue: [...missed, ...due],
      missed: missed.length,
      fresh: items.filter((item) => !item.tried),
      next: Math.min(...waiting),
    };
  }

  // The chance that the questions of each objective (or chapter) would be answered now, on average.
  function strengths(items, by) {
    return new Map(
      [...groupsOf(items, (item) => item[by])].map(([name, group]) => [
        name,
        {
          chance: group.reduce((sum, item) => sum + item.chance, 0) / group.length,
          tried: group.filter((item) => item.tried).length,
          of: group.length,
        },
      ]),
    );
  }
  return { plan, recollect, strengths };
}

export { createSchedule, interleave };
