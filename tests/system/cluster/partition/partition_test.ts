// Three partitions of three NATS servers. `deno task cluster-chaos --partitions N` makes more.

import { assertEquals } from "@std/assert";
import { CLUSTER_SERVER, isNatsMissing } from "../../../support/programs/nats_server.ts";
import { programsToTest } from "../../lead/world/programs.ts";
import { describePartition, runPartition } from "./partition_trial.ts";

const ignore = await isNatsMissing(CLUSTER_SERVER, 10);
const PARTITIONS = {
  "the leader of the log is cut off, and clients move": { isLeaderCutOff: true, canMove: true },
  "the leader of the log is cut off with the leading client": { isLeaderCutOff: true, canMove: false },
  "a follower of the log is cut off with the leading client": { isLeaderCutOff: false, canMove: false },
};

for (const [what, options] of Object.entries(PARTITIONS)) {
  Deno.test({
    name: `partition: ${what}: one ranking, one leader at a time`,
    ignore,
    fn: async () => {
      const report = await runPartition({ ...options, program: (await programsToTest())[0]!.server });
      console.log(describePartition(report));
      assertEquals(report.violation, undefined);
    },
  });
}
