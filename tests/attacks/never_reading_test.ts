// Clients that never read: what waits for them is bounded, and at the bound they are closed as slow_reader.

import { dialUnread, entrance } from "./connect.ts";
import { heard, logged, type Scene, withstands } from "./withstand.ts";

const STALLED = 20;
const LIMITS = `line_bytes = 131_072
output_bytes = 16_384
run_output_bytes = 65_536
outbox_bytes = 262_144
arg_bytes = 65_536`;
const FILLING = "x".repeat(60_000);
/** The kernel takes some MB for each before anything waits in the server. */
const MAX_SENT = 400;

/** Members who read nothing, not even their welcome. */
async function seatUnread({ server, attackers }: Scene): Promise<Deno.Conn[]> {
  const members: Deno.Conn[] = [];
  attackers.defer(() => members.forEach((member) => member.close()));
  for (let i = 0; i < STALLED; i++) {
    const member = await dialUnread(server.address);
    members.push(member);
    await written(member, entrance(server.address));
    await server.process.line(`${(member.localAddr as Deno.NetAddr).port}) assigned rank`);
  }
  return members;
}

/** Resolves when the system has taken all of it. */
async function written(member: Deno.Conn, text: string): Promise<void> {
  let rest = new TextEncoder().encode(text);
  while (rest.length > 0) rest = rest.subarray(await member.write(rest));
}

withstands({
  name: "20 clients that never read the commands sent to them",
  server: { top: "max_clients = 30", limits: LIMITS },
  above: 1,
  async strike(scene) {
    const before = logged(scene.server, "slow_reader");
    await seatUnread(scene);
    const closed = () => logged(scene.server, "slow_reader") - before;
    for (let sent = 0; sent < MAX_SENT && closed() < STALLED; sent++) {
      scene.above[0]!.notify("run", { command: "uptime", args: [FILLING] });
      await scene.above[0]!.settled();
    }
    return { tried: STALLED, refused: closed() };
  },
});

withstands({
  name: "20 clients that keep sending requests and never read the responses",
  server: { top: "max_clients = 30", limits: LIMITS },
  async strike(scene) {
    const stalled = await seatUnread(scene);
    // More answers than the kernel would take for a client that does not read.
    const questions = '{"jsonrpc":"2.0","id":1,"method":"roster"}\n'.repeat(20_000);
    for (const member of stalled) written(member, questions).catch(() => {/* Closed meanwhile. */});
    await heard(scene.server, "slow_reader", STALLED);
    return { tried: STALLED, refused: STALLED };
  },
});
