// `deno task succession --faults N --seed S`: many faults in a row, in three worlds of five clients under --lead each.
// What did not hold is printed with all output, and the exit code is 1.

import { readTaskLine, sayWhyNot, seedNumber, TASK_EXIT } from "../../../../tools/task_line.ts";

const WORLDS = 3;
const SEEDS = 1_000_000;

const line = await readTaskLine({
  name: "succession",
  summary:
    `Make faults by chance happen to five clients under --lead and their server, in ${WORLDS} worlds one after the ` +
    "other, with and without a store, and see by a lock that two programs never run at once. After each fault a " +
    "client has to lead again. A fault takes about two seconds.",
  numbers: [
    {
      kind: "integer",
      key: "faults",
      unit: "",
      min: WORLDS,
      max: 1_000_000,
      default: 600,
      help: "How many altogether, a third of them in each world.",
    },
    {
      kind: "integer",
      key: "servers",
      unit: "",
      min: 1,
      max: 3,
      default: 1,
      help: "How many servers share the ranking; with more than one, they and NATS have faults, too.",
    },
    seedNumber(
      SEEDS - WORLDS,
      "Of the first world, each other one's is higher by one; the same seed, the same faults. One that is even keeps " +
        "seats in a store. Another one each time without it.",
    ),
  ],
  flags: [{ name: "executables", help: "Test dist/rankserver and dist/rankclient in place of the sources." }],
  example: "deno task succession --faults 60 --seed 42 --executables",
  failure: "two programs ran at once, a ticket fell, or no client led in time",
}, Deno.args);
Deno.exit(
  line.ok ? await succession(line.numbers, line.flags.executables) : sayWhyNot(line),
);

interface Numbers {
  readonly faults: number;
  readonly servers: number;
  readonly seed: number | undefined;
}

async function succession(
  { faults, servers, seed: given }: Numbers,
  wantsExecutables: boolean,
): Promise<number> {
  const first = given ?? Date.now() % SEEDS;
  // Help needs none of it.
  const { executables, SOURCES } = await import("../world/programs.ts");
  const { describeTrial, hasStore, runTrial } = await import("./trial.ts");
  const programs = wantsExecutables ? await executables() : SOURCES;
  if (programs === undefined) return TASK_EXIT.failed;
  let violations = 0;
  for (let index = 0; index < WORLDS; index++) {
    const seed = first + index;
    const share = Math.floor((faults + index) / WORLDS);
    const kept = servers > 1 ? `${servers} servers` : `${hasStore(seed) ? "with" : "without"} a store`;
    console.log(`--seed ${seed}, ${programs.name}, ${kept}: ${share} faults`);
    const trial = await runTrial({ seed, programs, servers, goesOn: (made) => made < share });
    console.log(`${describeTrial(trial)}\n`);
    if (trial.violation === undefined) continue;
    violations++;
    console.log(`FAILED with seed ${seed} at ${trial.violation}`);
  }
  console.log(violations === 0 ? "One leader at a time." : `${violations} of ${WORLDS} worlds failed.`);
  return violations === 0 ? TASK_EXIT.ok : TASK_EXIT.failed;
}
