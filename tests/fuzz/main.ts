// `deno task fuzz --minutes N --seed S`: every property and the dialogues over a socket, each for its share of the time.
// A failure is printed with its shrunk case and how to see it again, and the exit code is 1.

import { parseArgs } from "@std/cli/parse-args";
import fc from "fast-check";
import { dialogues, LiveServer } from "./dialogues.ts";
import { type FuzzProperty, PROPERTIES } from "./properties.ts";

const MINUTE_MS = 60_000;
const MANY = 1_000_000_000;

const { minutes = "2", seed: given } = parseArgs(Deno.args, { string: ["minutes", "seed"] });
const seed = given === undefined ? Date.now() | 0 : Number(given) | 0;
Deno.exit(await fuzz(Number(minutes) * MINUTE_MS, seed));

async function fuzz(totalMs: number, seed: number): Promise<number> {
  await using server = await LiveServer.start();
  const live: FuzzProperty = {
    name: "a live server endures dialogues made up by chance, and its members miss nothing",
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
