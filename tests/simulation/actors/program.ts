// A program under --lead, as a process tree with a behavior: how it ends, whether it heeds TERM, what it starts.

import type { Random } from "../../support/random.ts";
import type { SimProcess } from "../world/process.ts";
import type { World } from "./world.ts";

export interface ProgramStart {
  readonly ticket: number;
  readonly client: string;
}

/** How a program takes TERM. */
type TermAnswer = "ends" | "ends late" | "ignores it";

const TERM_ANSWERS: readonly TermAnswer[] = ["ends", "ends", "ends late", "ignores it"];
const MAX_CHILDREN = 2;

/** Starts a program as the first of a group of its own. @throws {Deno.errors.NotFound} at times, as for a missing file */
export function startProgram(
  world: World,
  parent: SimProcess,
  start: ProgramStart,
  random: Random,
): SimProcess {
  const { scenario, oracle } = world;
  if (random.chance(scenario.missingProgramRate)) throw new Deno.errors.NotFound("No such file or directory");
  const program = parent.machine.spawn("program", parent);
  oracle.programStarted(start, program);
  behave(world, program, random);
  if (random.chance(scenario.endingProgramRate)) {
    program.after(random.next() * scenario.leaseMs * 4, () => program.exit(random.below(3)));
  }
  for (let children = random.below(MAX_CHILDREN + 1); children > 0; children--) {
    const child = parent.machine.spawn("child of the program", program, program.group);
    oracle.programStarted(start, child);
    behave(world, child, random);
  }
  return program;
}

function behave({ scenario }: World, process: SimProcess, random: Random): void {
  const answer = TERM_ANSWERS[random.below(TERM_ANSWERS.length)]!;
  const lateMs = random.next() * scenario.killAfterMs * 1.5;
  process.onSignal = (signal) => {
    if (signal !== "SIGTERM" || answer === "ignores it") return;
    if (answer === "ends") process.exit(0);
    else process.after(lateMs, () => process.exit(0));
  };
}
