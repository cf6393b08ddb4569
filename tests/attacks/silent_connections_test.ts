// Connections that are only there: silent ones beyond the seats and on them, half-closed ones, and those who never begin
// to speak TLS or never show a token.

import type { Socket } from "node:net";
import { ALL_SERVERS } from "./attack_server.ts";
import { type Address, dial, dialTcp, entrance, join } from "./connect.ts";
import { allEnded, openMany } from "./open_many.ts";
import { heard, withstands } from "./withstand.ts";

const MANY = 2_000;
/** Connects and says what it has to be let in, and nothing else. */
async function arrive(address: Address): Promise<Socket> {
  const socket = await dial(address);
  socket.write(entrance(address));
  return socket;
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
