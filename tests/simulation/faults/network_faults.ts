// Faults of the network between the server and one client.

import type { FaultKind } from "./fault.ts";
import type { FaultContext, Injections } from "./fault_context.ts";

export const NETWORK_FAULTS = {
  partition(context) {
    blockToServer(context);
    blockFromServer(context);
    return true;
  },
  block_to_server(context) {
    blockToServer(context);
    return true;
  },
  block_from_server(context) {
    blockFromServer(context);
    return true;
  },
  reset({ world: { network }, client: { machine }, ms }) {
    const sockets = [...network.sockets].filter(({ process }) =>
      process.machine === machine && process.state !== "dead"
    );
    const socket = sockets[ms % Math.max(1, sockets.length)];
    socket?.reset();
    return socket !== undefined;
  },
  forget_connections: ({ world: { network }, client }) => network.forget(client.machine),
} satisfies Partial<Injections<FaultKind>>;

/** Blocks what the client sends to the server. */
export function blockToServer(context: FaultContext): void {
  for (const server of reached(context)) block(context, context.client.name, server);
}

/** Blocks what the server sends to the client. */
export function blockFromServer(context: FaultContext): void {
  for (const server of reached(context)) block(context, server, context.client.name);
}

/** All servers, or the one that the fault is about. */
function reached({ world: { servers }, server, ms }: FaultContext): readonly string[] {
  return ms % 3 === 0 ? servers.map(({ host }) => host) : [server.machine.name];
}

function block({ world: { network }, ms, later }: FaultContext, from: string, to: string): void {
  network.block(from, to);
  later(ms, () => network.unblock(from, to));
}
