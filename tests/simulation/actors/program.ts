// A program under --lead as simulated processes: it may end by itself, ignore TERM, and start children.

import type { Random } from "../../support/random.ts";
import type { SimProcess } from "../world/process.ts";
import type { World } from "./world.ts";

export interface ProgramStart {
  readonly ticket: number;
  readonly client: string;
}

/** What a process does after TERM. */
type TermBehavior = "end" | "end late" | "ignore";

/** An ordinary end is twice as likely as each of the others. */
const TERM_BEHAVIORS: readonly TermBehavior[] = ["end", "end", "end late", "ignore"];
const MAX_CHILDREN = 2;

/**
 * Starts a program as the leader of a process group.
 *
 * @throws {Deno.errors.NotFound} as for a missing executable, at the rate of the scenario
 */
export function startProgram(
  world: World,
  parent: SimProcess,
  start: ProgramStart,
  random: Random,
): SimProcess {
  const { scenario, oracle } = world;
  if (random.chance(scenario.missingProgramRate)) throw new Deno.errors.NotFound("No such file or directory");
  const program = parent.machine.spawn({ kind: "program", name: "program", parent });
  oracle.programStarted(start, program);
  behave(world, program, random);
  if (random.chance(scenario.endingProgramRate)) {
    program.after(random.next() * scenario.leaseMs * 4, () => program.exit(random.below(3)));
  }
  for (let children = random.below(MAX_CHILDREN + 1); children > 0; children--) {
    const child = parent.machine.spawn({
      kind: "child",
      name: "child of the program",
      parent: program,
      group: program.group,
    });
    oracle.programStarted(start, child);
    behave(world, child, random);
  }
  return program;
}

function behave({ scenario }: World, process: SimProcess, random: Random): void {
  const behavior = TERM_BEHAVIORS[random.below(TERM_BEHAVIORS.length)]!;
  const lateMs = random.next() * scenario.killAfterMs * 1.5;
  process.onSignal = (signal) => {
    if (signal !== "SIGTERM" || behavior === "ignore") return;
    if (behavior === "end") process.exit(0);
    else process.after(lateMs, () => process.exit(0));
  };
}
