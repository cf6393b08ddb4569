// `deno task fuzz --minutes N --seed S`: every property and the dialogues over a socket, each for its share of the time.
// A failure is printed with its shrunk case and how to see it again, and the exit code is 1.

import fc from "fast-check";
import { minutesNumber, readTaskLine, sayWhyNot, seedNumber } from "../../tools/task_line.ts";
import { dialogues, LiveServer } from "./dialogues.ts";
import { type FuzzProperty, PROPERTIES } from "./properties.ts";

const MINUTE_MS = 60_000;
const MANY = 1_000_000_000;

const MAX_SEED = 2 ** 31 - 1;

const line = await readTaskLine({
  name: "fuzz",
  summary:
    "Feed made-up input to every reader of the server and the client, and dialogues made up by chance to a " +
    "live server whose other members must miss nothing; each gets its share of the time. A failure is printed with " +
    "the smallest case that shows it.",
  numbers: [
    minutesNumber(2, "How long it takes altogether."),
    seedNumber(MAX_SEED, "Makes up the same input again. Another one each time without it."),
  ],
  flags: [],
  example: "deno task fuzz --minutes 4 --seed 42",
  failure: "something did not hold",
}, Deno.args);
Deno.exit(
  line.ok
    ? await fuzz(line.numbers.minutes * MINUTE_MS, line.numbers.seed ?? Date.now() % MAX_SEED)
    : sayWhyNot(line),
);

async function fuzz(totalMs: number, seed: number): Promise<number> {
  await using server = await LiveServer.start();
  const live: FuzzProperty = {
    name: "a live server survives random sessions, and its members miss no message",
    property: fc.asyncProperty(dialogues, (all) => server.endure(all)) as unknown as FuzzProperty["property"],
  };
  const all = [...PROPERTIES, live];
  console.log(`${totalMs / MINUTE_MS} minutes with --seed ${seed}`);
  let failures = 0;
  for (const { name, property } of all) {
    const interruptAfterTimeLimit = totalMs / all.length;
    const details = await fc.check(property, { seed, numRuns: MANY, interruptAfterTimeLimit });
    // An interruption is how it is meant to end.
    const hasFailed = details.failed && details.counterexample !== null;
    console.log(`${hasFailed ? "FAILED" : "ok"}  ${String(details.numRuns).padStart(8)} cases  ${name}`);
    if (!hasFailed) continue;
    failures++;
    console.log(fc.defaultReportMessage(details));
  }
  return failures === 0 ? 0 : 1;
}
