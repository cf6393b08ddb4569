// `deno task simulate`: runs new seeds for some minutes, or one seed in detail.

import { optionalInteger } from "../../src/config/keys/builders.ts";
import { minutesNumber, readTaskLine, sayWhyNot, seedNumber, TASK_EXIT } from "../../tools/task_line.ts";
import { FAULT_KINDS } from "./faults/fault.ts";
import { renderPage } from "./page/render_page.ts";
import { LOG_FAULT_KINDS } from "./log/log_faults.ts";
import { isLogScenario, logScenarioOf } from "./log/log_scenario.ts";
import { loadRegressions } from "./regressions.ts";
import { clientNames, scenarioOf } from "./scenario.ts";
import { type AnyScenario, Search, type Totals } from "./search.ts";
import { shrink } from "./shrink.ts";
import type { SimulationOutcome } from "./simulate.ts";

const MAX_SEED = 0xffffffff;
const PROGRESS_MS = 10_000;
/** One in so many seeds is also run with several nodes on one log. */
const LOG_RATE = 4;

const line = await readTaskLine({
  name: "simulate",
  summary:
    "Run the product's own code with a simulated clock, network, disk and processes. A seed chooses the configuration " +
    "and the faults. If a seed violates a guarantee, its faults are reduced to those that are needed, and printed.",
  numbers: [
    minutesNumber(1, "How long to run new seeds."),
    seedNumber(MAX_SEED, "Run only this seed."),
    optionalInteger("from", "", [0, MAX_SEED], "The first seed; without it, a random one."),
    optionalInteger("count", "", [1, MAX_SEED], "Run this many seeds, without a time limit."),
  ],
  flags: [
    { name: "scenario", value: "FILE", help: "Run only this scenario, a JSON file." },
    {
      name: "verbose",
      help:
        "With one seed, print what happens; with several, print how often each kind of event has happened.",
    },
    { name: "log", help: "Run only the simulation of several nodes on one log." },
    { name: "trace", help: "With one seed, print everything, including the messages." },
    { name: "html", value: "FILE", help: "With one seed, write a page that plays it." },
  ],
  example: "deno task simulate --minutes 10",
  failure: "a guarantee was violated",
}, Deno.args);
if (!line.ok) Deno.exit(sayWhyNot(line));
const { flags, numbers } = line;
using search = await Search.open();
const single = flags.scenario !== undefined
  ? readScenario(flags.scenario)
  : numbers.seed === undefined
  ? undefined
  : flags.log
  ? logScenarioOf(numbers.seed)
  : scenarioOf(numbers.seed);
Deno.exit(single === undefined ? await searchNew() : await showOne(single));

function readScenario(path: string): AnyScenario {
  const read = JSON.parse(Deno.readTextFileSync(path));
  return read.scenario ?? read;
}

async function showOne(scenario: AnyScenario): Promise<number> {
  const isTraced = flags.verbose === true || flags.trace === true || flags.html !== undefined;
  const outcome = await search.run(scenario, { traces: isTraced });
  const { trace, violation, simulatedMs } = outcome;
  if (flags.trace) console.log(trace.text);
  else if (flags.verbose) console.log(trace.account);
  if (flags.html !== undefined && !isLogScenario(scenario)) {
    const { seed } = scenario;
    const clients = clientNames(scenario);
    const page = renderPage({ seed, events: trace.events, simulatedMs, violation, clients });
    await Deno.writeTextFile(flags.html, page);
  }
  console.log(`${outcome.faults} faults in ${(simulatedMs / 1_000).toFixed(1)} simulated seconds`);
  return await report(scenario, outcome);
}

async function searchNew(): Promise<number> {
  for (const { name, scenario } of loadRegressions()) {
    const outcome = await search.run(scenario);
    if (outcome.violation !== undefined) {
      console.log(`The regression ${name} has returned:`);
      return await report(scenario, outcome);
    }
  }
  const first = numbers.from ?? Math.floor(Math.random() * MAX_SEED);
  const { count } = numbers;
  console.log(`Seeds from ${first}`);
  // The same seeds are different scenarios of the two simulations.
  const drawn = (seed: number): readonly AnyScenario[] => [
    ...flags.log ? [] : [scenarioOf(seed)],
    ...flags.log || seed % LOG_RATE === 0 ? [logScenarioOf(seed)] : [],
  ];
  const start = performance.now();
  const end = count === undefined ? start + numbers.minutes * 60_000 : Infinity;
  let shownAt = start;
  for (let seed = first; performance.now() < end && seed - first < (count ?? Infinity); seed++) {
    for (const scenario of drawn(seed % MAX_SEED)) {
      const outcome = await search.run(scenario);
      if (outcome.violation !== undefined) return await report(scenario, outcome);
    }
    if (performance.now() - shownAt < PROGRESS_MS) continue;
    shownAt = performance.now();
    console.log(describe(search.totals, shownAt - start));
  }
  console.log(describe(search.totals, performance.now() - start));
  if (flags.verbose) {
    for (const [what, times] of [...search.totals.covered].sort()) {
      console.log(`${String(times).padStart(10)}  ${what}`);
    }
  }
  console.log("No violation");
  return TASK_EXIT.ok;
}

function describe({ seeds, faults, simulatedMs, covered }: Totals, ms: number): string {
  const kinds =
    new Set([...FAULT_KINDS, ...LOG_FAULT_KINDS].filter((kind) => covered.has(`fault: ${kind}`))).size;
  return `${seeds} seeds, ${(simulatedMs / 3_600_000).toFixed(1)} simulated hours (${
    Math.round(simulatedMs / ms)
  } times real time), ${faults} faults of ${kinds} kinds, ${covered.size} states covered`;
}

/** Prints the violation with the faults that are needed for it, if there is one. @returns the exit code */
async function report(scenario: AnyScenario, { violation }: SimulationOutcome): Promise<number> {
  if (violation === undefined) {
    console.log("No violation");
    return TASK_EXIT.ok;
  }
  const { guarantee } = violation;
  const shrunk = await shrink<AnyScenario>(
    scenario,
    async (smaller) => (await search.run(smaller)).violation?.guarantee === guarantee,
  );
  const { trace, violation: { at, message } = violation } = await search.run(shrunk, { traces: true });
  console.log(trace.account);
  console.log(`VIOLATION of ${guarantee} at ${(at / 1_000).toFixed(3)} s: ${message}`);
  console.log(
    `Seed ${scenario.seed}${
      isLogScenario(scenario) ? " of --log" : ""
    }; ${shrunk.faults.length} of ${scenario.faults.length} faults are needed.`,
  );
  console.log(`The scenario, for --scenario or tests/simulation/regressions:\n${JSON.stringify(shrunk)}`);
  return TASK_EXIT.failed;
}
