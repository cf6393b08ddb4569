// Streams of random numbers that depend only on the seed and a name. Removing one fault does not change the numbers that
// the rest of a scenario draws, so a failing seed can be shrunk.

import { Random } from "../../support/random.ts";

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** The stream named `name`: FNV-1a of the name, started with the seed. */
export function randomStream(seed: number, name: string): Random {
  let hash = FNV_OFFSET ^ seed;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), FNV_PRIME);
  return new Random(hash);
}
