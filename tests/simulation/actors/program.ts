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
  chance: Random,
): SimProcess {
  const { scenario, oracle } = world;
  if (chance.chance(scenario.missingProgramRate)) throw new Deno.errors.NotFound("No such file or directory");
  const program = parent.machine.spawn("program", parent);
  oracle.programStarted(start, program);
  behave(world, program, chance);
  if (chance.chance(scenario.endingProgramRate)) {
    program.after(chance.next() * scenario.leaseMs * 4, () => program.exit(chance.below(3)));
  }
  for (let children = chance.below(MAX_CHILDREN + 1); children > 0; children--) {
    const child = parent.machine.spawn("child of the program", program, program.group);
    oracle.programStarted(start, child);
    behave(world, child, chance);
  }
  return program;
}

function behave({ scenario }: World, process: SimProcess, chance: Random): void {
  const answer = TERM_ANSWERS[chance.below(TERM_ANSWERS.length)]!;
  const lateMs = chance.next() * scenario.killAfterMs * 1.5;
  process.onSignal = (signal) => {
    if (signal !== "SIGTERM" || answer === "ignores it") return;
    if (answer === "ends") process.exit(0);
    else process.after(lateMs, () => process.exit(0));
  };
}
