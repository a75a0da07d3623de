// Reads a GIFT file with an independent parser: node read_gift.mjs file.gift.txt
import { readFileSync } from "node:fs";
import gift from "gift-pegjs";

console.log(JSON.stringify(gift.parse(readFileSync(process.argv[2], "utf-8"))));
