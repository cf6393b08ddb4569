// Clients that take their time: a line one byte at a time, and lines that never end.

import { join } from "./connect.ts";
import { seatInGroups, withstands } from "./withstand.ts";

const CLIENTS = 200;
const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}\n';

withstands({
  name: "200 clients that send a line one byte at a time",
  server: { top: "max_clients = 300" },
  async strike(scene) {
    const clients = await seatInGroups(scene, CLIENTS);
    for (const character of PING) {
      await Promise.all(clients.map((client) => client.written(character)));
    }
    // Slow is not hostile: each of them is answered.
    await Promise.all(clients.map((client) => client.answer(1)));
    return { tried: CLIENTS * PING.length, refused: 0 };
  },
});

withstands({
  name: "200 clients that send 128 KiB without a line end",
  server: { top: "max_clients = 300" },
  async strike(scene) {
    const clients = await seatInGroups(scene, CLIENTS);
    const piece = "x".repeat(4_096);
    for (let sent = 0; sent < 32; sent++) {
      await Promise.all(clients.map((client) => client.written(sent === 0 ? `{${piece}` : piece)));
    }
    // Others come and go meanwhile.
    await using newcomer = await join(scene.server.address);
    await newcomer.settled();
    return { tried: CLIENTS, refused: 0 };
  },
});
