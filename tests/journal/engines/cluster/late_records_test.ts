// Records that reach the log late.

import { assertEquals } from "@std/assert";
import { isNatsMissing, NatsServer } from "../../../support/programs/nats_server.ts";
import { lateLog } from "../../../support/server/late_log.ts";
import { inParallel, TestClusterNode } from "./test_cluster_node.ts";

const ignore = await isNatsMissing();
/** More than the rules remember of one author. */
const LATER = 4_200;

Deno.test({
  name:
    "a record that comes late is applied although thousands of later ones of its author were applied before",
  ignore,
  async fn() {
    await using server = await NatsServer.start();
    const late = Promise.withResolvers<void>();
    await using a = await TestClusterNode.start({
      server: server.address,
      wrap: (log) => lateLog(log, ["leave", "away", "lease"], late.promise),
    });
    const left = await a.join("left");
    const gone = await a.join("gone");
    const other = await a.join("other");
    const leaving = a.node.append({ kind: "leave", ticket: left!.ticket, n: 0 });
    const leasing = a.node.append({ kind: "lease", ticket: other!.ticket, n: 0, leaseMs: 1_000 });
    // Owed, as its client is gone.
    a.clients.delete("gone");
    await a.node.append({ kind: "rename", ticket: gone!.ticket, n: 0, name: "late" });
    const rename = () => a.node.append({ kind: "rename", ticket: other!.ticket, n: 0, name: "other" });
    await inParallel(Array.from({ length: LATER }, () => rename), 200);
    late.resolve();
    await Promise.all([leaving, leasing]);
    await a.applied.until(({ entry: { record }, effects }) =>
      record.kind === "away" && effects[0]?.kind === "changed"
    );
    const { roster } = a.node.state;
    assertEquals(roster.seatOf(other!.ticket)?.client.leaseMs, 1_000);
    assertEquals([roster.seatOf(left!.ticket), roster.seatOf(gone!.ticket)?.client.isAway], [
      undefined,
      true,
    ]);
  },
});
