// Clients that never read: what waits for them is bounded, and at the bound they are closed as slow_reader.

import { heard, logged, seat, withstands } from "./withstand.ts";

const STALLED = 20;
const LIMITS = `line_bytes = 131_072
output_bytes = 16_384
run_output_bytes = 65_536
outbox_bytes = 262_144
outbox_member_bytes = 0
arg_length = 65_536`;
const FILLING = "x".repeat(60_000);
/** The kernel takes some MB for each before anything waits in the server. */
const MOST_SENT = 400;

withstands({
  name: "20 members that never read what a rank above sends to all",
  server: { top: "max_clients = 30", limits: LIMITS },
  above: 1,
  async strike(scene) {
    const before = logged(scene.server, "slow_reader");
    const stalled = await seat(scene, STALLED);
    for (const client of stalled) client.stall();
    const closed = () => logged(scene.server, "slow_reader") - before;
    for (let sent = 0; sent < MOST_SENT && closed() < STALLED; sent++) {
      scene.above[0]!.notify("run", { command: "uptime", args: [FILLING] });
      await scene.above[0]!.settled();
    }
    return { tried: STALLED, refused: closed() };
  },
});

withstands({
  name: "20 members that ask without end and never read the answers",
  server: { top: "max_clients = 30", limits: LIMITS },
  async strike(scene) {
    const stalled = await seat(scene, STALLED);
    for (const client of stalled) client.stall();
    // More answers than the kernel would take for a client that does not read.
    const questions = '{"jsonrpc":"2.0","id":1,"method":"roster"}\n'.repeat(20_000);
    for (const client of stalled) client.written(questions).catch(() => {/* Closed meanwhile. */});
    await heard(scene.server, "slow_reader", STALLED);
    return { tried: STALLED, refused: STALLED };
  },
});
