// Records that give something up, and reach the log late.

import { assertEquals } from "@std/assert";
import { LogRequestError } from "../../../../src/journal/engines/nats/log/mod.ts";
import { isNatsMissing, NatsServer } from "../../../support/programs/nats_server.ts";
import { inParallel, settled, TestClusterNode } from "./test_cluster_node.ts";

const ignore = await isNatsMissing();
/** More than the rules remember of one author. */
const LATER = 4_200;

Deno.test({
  name:
    "a record that gives up a seat is applied although thousands of later ones of its author were applied before",
  ignore,
  async fn() {
    await using server = await NatsServer.start();
    const late = Promise.withResolvers<void>();
    let isLate = false;
    await using a = await TestClusterNode.start({
      server: server.address,
      wrap: (log) => ({
        ...log,
        get isConnected() {
          return log.isConnected;
        },
        read: (...args) => log.read(...args),
        readNext: (...args) => log.readNext(...args),
        describe: (...args) => log.describe(...args),
        follow: (...args) => log.follow(...args),
        watch: (...args) => log.watch(...args),
        async append(text, id, timeoutMs) {
          const { kind } = JSON.parse(text).record;
          if (isLate || (kind !== "leave" && kind !== "away")) return await log.append(text, id, timeoutMs);
          await late.promise;
          throw new LogRequestError("it was lost");
        },
      }),
    });
    const left = await a.join("left");
    const gone = await a.join("gone");
    const other = await a.join("other");
    const leaving = a.node.append({ kind: "leave", ticket: left!.ticket, n: 0 });
    // Owed, as its client is gone.
    a.clients.delete("gone");
    await a.node.append({ kind: "rename", ticket: gone!.ticket, n: 0, name: "late" });
    const rename = () => a.node.append({ kind: "rename", ticket: other!.ticket, n: 0, name: "other" });
    await inParallel(Array.from({ length: LATER }, () => rename), 200);
    isLate = true;
    late.resolve();
    await leaving;
    await settled([a]);
    const { roster } = a.node.state;
    assertEquals([roster.seatOf(left!.ticket), roster.seatOf(gone!.ticket)?.client.isAway], [
      undefined,
      true,
    ]);
  },
});
