// Connections that are only there: silent ones beyond the seats and on them, half-closed ones, and those who never begin
// to speak TLS or never show a token.

import type { Socket } from "node:net";
import { ALL_SERVERS } from "./attack_server.ts";
import { type Address, dial, dialTcp, entrance, join } from "./connect.ts";
import { heard, type Scene, withstands } from "./withstand.ts";

const MANY = 2_000;
/** Asked for at once: fewer than wait in the kernel's queue. */
const AT_ONCE = 100;

/** Opens connections, some at once, which are broken off at the end of the round. */
async function openMany(
  { attackers }: Pick<Scene, "attackers">,
  count: number,
  open: () => Promise<Socket>,
): Promise<Socket[]> {
  const sockets: Socket[] = [];
  attackers.defer(() => sockets.forEach((socket) => socket.destroy()));
  for (let opened = 0; opened < count; opened += AT_ONCE) {
    const more = await Promise.all(Array.from({ length: AT_ONCE }, open));
    // A connection that the server breaks off is what the attack expects.
    for (const socket of more) socket.on("error", () => {});
    sockets.push(...more);
  }
  return sockets;
}

/** Connects and says what it has to be let in, and nothing else. */
async function arrive(address: Address): Promise<Socket> {
  const socket = await dial(address);
  socket.write(entrance(address));
  return socket;
}

/** Resolves when the server has ended its side of each. */
function allEnded(sockets: readonly Socket[]): Promise<unknown> {
  return Promise.all(
    sockets.map((socket) =>
      new Promise<void>((resolve) => {
        if (socket.destroyed || socket.readableEnded) return resolve();
        socket.once("end", resolve).once("close", () => resolve()).resume();
      })
    ),
  );
}

withstands({
  name: `${MANY} silent connections to a full server`,
  server: { top: "max_clients = 10" },
  async strike(scene) {
    const { server } = scene;
    const sockets = await openMany(scene, MANY, () => arrive(server.address));
    // Eight of them have a seat, the others are told why not.
    await allEnded(sockets.slice(100));
    return { tried: MANY, refused: MANY - 8 };
  },
});

withstands({
  name: `${MANY} silent clients with seats`,
  // Those of one round are still leaving when the next one begins.
  server: { top: `max_clients = ${4 * MANY}`, pendingMs: 10_000 },
  async strike(scene) {
    await openMany(scene, MANY, () => arrive(scene.server.address));
    await heard(scene.server, "assigned rank", MANY);
    return { tried: MANY, refused: 0 };
  },
});

withstands({
  name: `${MANY} connections that are half-closed immediately`,
  server: { top: "max_clients = 50" },
  async strike(scene) {
    const { server } = scene;
    const sockets = await openMany(
      scene,
      MANY,
      async () => (await arrive(server.address)).end() as Socket,
    );
    await allEnded(sockets);
    return { tried: MANY, refused: 0 };
  },
});

if (ALL_SERVERS.tls) {
  withstands({
    name: `${MANY} connections that never start the TLS handshake`,
    server: { top: "max_clients = 50" },
    async strike(scene) {
      const { server } = scene;
      const sockets = await openMany(scene, MANY, () => dialTcp(server.address.port));
      // They take nobody's place at the door.
      await using newcomer = await join(server.address);
      await newcomer.settled();
      await allEnded(sockets);
      return { tried: MANY, refused: MANY };
    },
  });
}

if (ALL_SERVERS.tokens) {
  withstands({
    name: `${MANY} connections that never send a token`,
    server: { top: "max_clients = 50" },
    async strike(scene) {
      const { server } = scene;
      const sockets = await openMany(scene, MANY, () => dial(server.strangers));
      await allEnded(sockets);
      return { tried: MANY, refused: MANY };
    },
  });
}
