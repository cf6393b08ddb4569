// A second connection that claims a client's seat at the same time as the client, at another node: one of them may succeed.

import type { Random } from "../../support/random.ts";
import { Wire } from "../world/wire.ts";
import type { LogWorld } from "./log_world.ts";
import type { NodeActor } from "./node_actor.ts";
import type { SeatClient } from "./seat_client.ts";

/** How long it keeps the seat. */
const HELD_MS = 500;

/** @returns false when the client has no seat */
export function stealSeat(world: LogWorld, client: SeatClient, node: NodeActor, random: Random): boolean {
  const { life } = node;
  const { process, token } = client;
  if (token === undefined || node.isDead || process?.state !== "running") return false;
  process.enter(() => {
    const wire = new Wire(world.network, random, [process, life!.process]);
    wire.send(process, () => {
      life!.accept(wire, () => {});
      life!.receive(wire, { kind: "claim", presented: token, hash: `${token} stolen` });
    });
    process.after(HELD_MS, () => wire.close(process));
    client.move();
  });
  return true;
}
