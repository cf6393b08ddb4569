// Two minutes of chaos. `deno task cluster-chaos` lasts longer; TEST_SEED runs the faults of one seed again.

import { assertEquals } from "@std/assert";
import { CLUSTER_SERVER, isNatsMissing } from "../../../support/programs/nats_server.ts";
import { drawSeed } from "../../../support/seed.ts";
import { programsToTest } from "../../lead/world/programs.ts";
import { describeChaos, runChaos } from "./chaos.ts";

const MS = { 1: 40_000, 3: 80_000 };

for (const [replicas, minMinor] of [[1, 9], [3, 10]] as const) {
  Deno.test({
    name:
      `after faults by chance with ${replicas} of NATS, all servers and clients agree, and one led at a time`,
    ignore: await isNatsMissing(CLUSTER_SERVER, minMinor),
    fn: async () => {
      const seed = drawSeed();
      console.log(`Run it again with TEST_SEED=${seed}`);
      const program = (await programsToTest())[0]!.server;
      const report = await runChaos({ seed, replicas, program, ms: MS[replicas] });
      console.log(describeChaos(report));
      assertEquals(report.violation, undefined);
    },
  });
}
