// Many connections at a time, for attacks that consist of them.

import type { Socket } from "node:net";
import type { Scene } from "./withstand.ts";

/** Asked for at once: fewer than wait in the kernel's queue. */
const AT_ONCE = 100;

/** Opens connections, some at once, which are broken off at the end of the round. */
export async function openMany(
  { attackers }: Pick<Scene, "attackers">,
  count: number,
  open: () => Promise<Socket>,
): Promise<Socket[]> {
  const sockets: Socket[] = [];
  attackers.defer(() => sockets.forEach((socket) => socket.destroy()));
  for (let opened = 0; opened < count; opened += AT_ONCE) {
    const more = await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - opened) }, open));
    // A connection that the server breaks off is what the attack expects.
    for (const socket of more) socket.on("error", () => {});
    sockets.push(...more);
  }
  return sockets;
}

/** Resolves when the server has ended its side of each. */
export function allEnded(sockets: readonly Socket[]): Promise<unknown> {
  return Promise.all(
    sockets.map((socket) =>
      new Promise<void>((resolve) => {
        if (socket.destroyed || socket.readableEnded) return resolve();
        socket.once("end", resolve).once("close", () => resolve()).resume();
      })
    ),
  );
}
