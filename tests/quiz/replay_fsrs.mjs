// Replays answers through the review page's schedule: node replay_fsrs.mjs answers.json
import { readFileSync } from "node:fs";
import * as library from "ts-fsrs";
import { createSchedule } from "../../lossfns/quiz/static/schedule.mjs";

const { recollect } = createSchedule(library);
const { sequences, later } = JSON.parse(readFileSync(process.argv[2], "utf-8"));
const replayed = sequences.map((answers) => recollect(answers, answers.at(-1).at + later));
console.log(JSON.stringify(replayed));
