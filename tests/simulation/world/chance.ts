// Streams of random numbers that depend on the seed and a name only: leaving out one fault does not change the luck of
// everything that comes after it, so that a failing seed can be shrunk.

import { Random } from "../../support/random.ts";

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

export function chanceOf(seed: number, name: string): Random {
  let hash = FNV_OFFSET ^ seed;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), FNV_PRIME);
  return new Random(hash);
}
