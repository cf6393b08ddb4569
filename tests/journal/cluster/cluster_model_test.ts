// The model test of the rules of a cluster.

import { assert } from "@std/assert";
import fc from "fast-check";
import { RULES_OF_CLUSTER } from "../../../src/journal/cluster/mod.ts";
import { holds } from "../../support/seed.ts";
import { ClusterHistory, clusterSteps } from "./cluster_history.ts";

const VALID = [
  ...["config: configured", "config: seated", "hello: node live", "beat: heard", "fence: node gone"],
  ...["bye: node gone", "snapped: snapped", "join: full", "join: waiting", "leave: seated", "lapse: seated"],
];

const REASONS = [
  ...["of another log", "records were lost", "author not live", "repeated", "not the next version"],
  ...["older rules", "node known already", "no such node", "node not silent", "late beat"],
  ...["snapshot not newer", "number of seats", "not at home", "no such seat", "resumed since", "not away"],
  ...["already away", "already evicted", "wrong token", "nothing to confirm", "already known", "not waiting"],
];

Deno.test("G1, G3, G10: whatever several nodes send, late, twice or in another order, all come to the same state", () => {
  const seen = new Set<string>();
  holds(
    fc.property(clusterSteps, (steps) => {
      const history = new ClusterHistory();
      history.play(steps);
      for (const one of history.seen) seen.add(one);
    }),
    { numRuns: 400 },
  );
  // Every rule was used both ways.
  for (const kind of Object.keys(RULES_OF_CLUSTER)) {
    assert(
      [...seen].some((one) => one.startsWith(`${kind}: `) && !one.endsWith("void")),
      `${kind} was never valid`,
    );
    assert(seen.has(`${kind}: void`), `${kind} was never void`);
  }
  for (const one of [...VALID, ...REASONS.map((reason) => `void: ${reason}`)]) {
    assert(seen.has(one), `"${one}" never came`);
  }
});
