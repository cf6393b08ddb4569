// `deno task cluster-chaos --minutes N --partitions N --seed S`: a cluster on this machine, whose servers are killed, stopped
// and cut off. What did not hold is printed with all output, and the exit code is 1.

import {
  minutesNumber,
  readTaskLine,
  sayWhyNot,
  seedNumber,
  TASK_EXIT,
} from "../../../../tools/task_line.ts";

const SEEDS = 1_000_000;

const line = await readTaskLine({
  name: "cluster-chaos",
  summary:
    "Kill, stop and cut off the nodes and NATS servers of a cluster by chance, while clients come and go. Every " +
    "minute all nodes must have the same ranking, each client its seat, and no two clients may have led at once. " +
    "Then partitions, one by one. NATS_SERVER names a nats-server of version 2.10 or later; without it, there is one " +
    "NATS server, and there are no partitions.",
  numbers: [
    minutesNumber(30, "How long the faults go on."),
    {
      kind: "integer",
      key: "partitions",
      unit: "",
      min: 0,
      max: 10_000,
      default: 10,
      help: "How many partitions to make; each takes about half a minute.",
    },
    seedNumber(SEEDS - 1, "The same seed, the same faults. Another one each time without it."),
  ],
  flags: [],
  example: "deno task cluster-chaos --minutes 2 --partitions 3 --seed 42",
  failure: "the nodes differed, a client lost its seat, or two clients led at once",
}, Deno.args);
Deno.exit(line.ok ? await chaos(line.numbers) : sayWhyNot(line));

async function chaos(
  { minutes, partitions, seed = Date.now() % SEEDS }: (typeof line & { ok: true })["numbers"],
) {
  // Help needs none of it.
  const { CLUSTER_SERVER, natsVersion } = await import("../../../support/programs/nats_server.ts");
  const version = await natsVersion(CLUSTER_SERVER);
  if (version === undefined) {
    console.error(`${CLUSTER_SERVER} is missing`);
    return TASK_EXIT.failed;
  }
  const { maxReplicas } = await import("../world/cluster_world.ts");
  const replicas = await maxReplicas();
  console.log(`--seed ${seed}, nats-server ${version}, ${replicas} of them, ${minutes} minutes`);
  const { describeChaos, runChaos } = await import("./chaos.ts");
  const report = await runChaos({ seed, replicas, ms: minutes * 60_000 });
  console.log(describeChaos(report));
  const violations = report.violation === undefined ? [] : [report.violation];
  const { describePartition, runPartition } = await import("../partition/partition_trial.ts");
  for (let index = 0; replicas === 3 && index < partitions; index++) {
    const partition = await runPartition({ isLeaderCutOff: index % 3 !== 2, canMove: index % 2 === 0 });
    console.log(describePartition(partition));
    if (partition.violation !== undefined) violations.push(partition.violation);
  }
  for (const violation of violations) console.log(`FAILED: ${violation}`);
  console.log(
    violations.length === 0 ? "One ranking, one leader at a time." : `${violations.length} failed.`,
  );
  return violations.length === 0 ? TASK_EXIT.ok : TASK_EXIT.failed;
}
