// A test of one fault with real processes: with the executables where they have been made, else from the sources; with
// both where the two start their processes differently.

import { LeadWorld } from "./lead_world.ts";
import { programsToTest } from "./programs.ts";
import type { WorldOptions } from "./world_options.ts";

const PROGRAMS = await programsToTest();

/** The executables can be tested. */
export const HAS_EXECUTABLES = PROGRAMS.some(({ name }) => name === "executables");

export interface ScenarioOptions extends WorldOptions {
  /** Run it with the sources as well when there are executables. */
  readonly both?: boolean;
  readonly ignore?: boolean;
}

/** Whatever `play` does, there must have been one leader at a time. */
export function scenario(
  name: string,
  { both = false, ignore = false, ...options }: ScenarioOptions,
  play: (world: LeadWorld) => Promise<void>,
): void {
  for (const programs of both ? PROGRAMS : PROGRAMS.slice(0, 1)) {
    Deno.test({
      name: `${name} (${programs.name})`,
      ignore,
      async fn() {
        await using world = await LeadWorld.start({ programs, ...options });
        try {
          await play(world);
          if (world.log.faults.length > 0 && !options.mayOverlap) {
            throw new Error(world.log.faults.join("\n"));
          }
        } catch (error) {
          console.log(world.story);
          // What is left of the programs then may keep the world from its end, which would hide this.
          console.log(error);
          throw error;
        }
      },
    });
  }
}
