// The faults that `deno task mutations` puts into the sources.

import { BOUND_MUTATIONS } from "./bound_mutations.ts";
import { CLUSTER_MUTATIONS } from "./cluster_mutations.ts";
import { GUARANTEE_MUTATIONS } from "./guarantee_mutations.ts";
import type { Mutation } from "./mutation.ts";

export { mutate, type Mutation } from "./mutation.ts";

export const MUTATIONS: readonly Mutation[] = [
  ...GUARANTEE_MUTATIONS,
  ...BOUND_MUTATIONS,
  ...CLUSTER_MUTATIONS,
];
