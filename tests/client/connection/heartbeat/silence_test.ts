// A server that is there and says nothing: one that was stopped, that hangs, or that is no rankserver at all.

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { basename, dirname } from "node:path";
import { ControlClient } from "../../../../src/client/control/control_client.ts";
import { DENO_SYSTEM } from "../../../../src/client/connection/connection_system.ts";
import { type ClientOptions, RequestError } from "../../../../src/client/mod.ts";
import { openClientOn } from "../../../../src/client/open_client.ts";
import { CLIENT_BOUNDS } from "../../../../src/config/keys/client_bounds.ts";
import { tokenOf, tokensToml } from "../../../support/server/tokens.ts";
import { startServer } from "../../../support/server/start_server.ts";
import { FakeClock } from "../../../support/fake_clock.ts";
import { ClientProcess, runClient } from "../../../support/client/client_process.ts";
import { EventReader } from "../../../support/client/event_reader.ts";
import { FakeServer, Peer, WELCOME } from "../../../support/client/fake_server.ts";

const { firstLineMs, heartbeatMs, silenceMs } = CLIENT_BOUNDS;
/** More than the time to read what has come before the server is given up. */
const READ_MS = 1_000;

function open(port: number, options: Partial<ClientOptions> = {}) {
  const clock = new FakeClock();
  const system = {
    ...DENO_SYSTEM,
    now: () => ({ running: clock.now(), wall: clock.now() }),
    after: (ms: number, callback: () => void) => clock.after(ms, callback),
  };
  const client = openClientOn(system, { host: "127.0.0.1", port, ...options });
  return { clock, client, events: new EventReader(client.events) };
}

Deno.test("a server that accepts a connection and says nothing is given up, and it is said what to check", async () => {
  await using server = new FakeServer();
  const { clock, client, events } = open(server.port);
  const peer = await server.accept();
  await peer.nextWith("hello");
  await events.next("connected");
  clock.advance(firstLineMs - 1);
  // Part of a line is not a line.
  await peer.sendRaw('{"jsonrpc":');
  clock.advance(1);
  const { why, retryInMs } = await events.next("disconnected");
  assertMatch(why, /^no response within 10000 ms: check that a rankserver listens on this port/);
  assertEquals(retryInMs, undefined);
  await client.close();
  assertEquals(clock.timers, 0);
});

Deno.test("a client that comes back tries a silent server again", async () => {
  await using server = new FakeServer();
  const { clock, client, events } = open(server.port, { reconnect: { minMs: 1, maxMs: 1 } });
  await server.accept();
  await events.next("connected");
  clock.advance(firstLineMs);
  await events.next("disconnected");
  await (await server.accept()).welcome();
  await events.next("welcome");
  await client.close();
});

Deno.test("a server that falls silent is asked for a sign of life, and given up without one", async () => {
  await using server = new FakeServer();
  const { clock, client, events } = open(server.port);
  const peer = await server.seat();
  await events.next("welcome");
  clock.advance(2 * heartbeatMs);
  await peer.nextWith("ping");
  const asked = client.request("roster");
  clock.advance(silenceMs + READ_MS);
  const { why } = await events.next("disconnected");
  assertEquals(
    why,
    "nothing received for 45000 ms: the server is suspended or hangs, or the network is down",
  );
  const error = await assertRejects(() => asked, RequestError);
  assertEquals(error.kind, "disconnected");
  await client.close();
  assertEquals(clock.timers, 0);
});

Deno.test("where the caller looks after the connection, no sign of life is asked for", async () => {
  await using server = new FakeServer();
  const { clock, client, events } = open(server.port, { sendsHeartbeat: false });
  const peer = await server.seat();
  await events.next("welcome");
  clock.advance(10 * (heartbeatMs + silenceMs));
  await peer.send({ id: "first", method: "ping" });
  assertEquals((await peer.next()).id, "first");
  assertEquals(client.place?.rank, 1);
  await client.close();
});

Deno.test("where the caller looks after the connection, an answer to hello may take as long as a first line", async () => {
  await using server = new FakeServer();
  const { clock, client, events } = open(server.port, { sendsHeartbeat: false, leaseMs: 300 });
  const peer = await server.accept();
  await peer.notify("welcome", WELCOME);
  await peer.notify("refused", { method: "", code: 1, message: "test" });
  await events.next("refused");
  clock.advance(firstLineMs - 1);
  await peer.send({ id: "first", method: "ping" });
  assertEquals([(await peer.next()).method, (await peer.next()).id], ["hello", "first"]);
  clock.advance(1);
  assertEquals((await events.next("disconnected")).why, "no answer to hello within 10000 ms");
  await client.close();
  assertEquals(clock.timers, 0);
});

Deno.test("a client in the waiting room of a server with tokens asks for signs of life, and stays", async () => {
  const toml = 'max_clients = 1\n[session]\noverflow = "wait"\n';
  await using server = await startServer({ toml, tokens: tokensToml({ ada: "", ben: "" }) });
  const seated = open(server.port, { accessToken: tokenOf("ada") });
  await seated.events.next("welcome");
  const waiting = open(server.port, { accessToken: tokenOf("ben") });
  await waiting.events.next("waiting");
  for (let i = 0; i < 6; i++) {
    waiting.clock.advance(heartbeatMs);
    // ClientResponse in order: what was asked before has been answered, too.
    await waiting.client.request("ping");
  }
  waiting.clock.advance(silenceMs);
  await seated.client.close();
  await waiting.events.next("welcome");
  await waiting.client.close();
});

Deno.test("a control socket whose client has stopped is given up, however long a run may take", async () => {
  const folder = Deno.makeTempDirSync();
  const listener = Deno.listen({ transport: "unix", path: `${folder}/control` });
  const clock = new FakeClock();
  const asker = new ControlClient(
    await Deno.connect({ transport: "unix", path: `${folder}/control` }),
    { ...CLIENT_BOUNDS, lineBytes: 1_048_576 },
    { now: () => ({ running: clock.now(), wall: clock.now() }), after: (ms, call) => clock.after(ms, call) },
  );
  const { done } = asker.run({ command: "backup" });
  done.catch(() => {});
  const peer = new Peer(await listener.accept());
  await peer.nextWith("run");
  for (let i = 0; i < 10; i++) {
    clock.advance(2 * CLIENT_BOUNDS.controlHeartbeatMs);
    const roster = asker.request("roster");
    // What the client asked by itself comes before.
    for (let method: unknown = "status"; method !== "roster";) {
      const asked = await peer.next();
      method = asked.method;
      await peer.send({ id: asked.id, result: {} });
    }
    await roster;
  }
  clock.advance(2 * CLIENT_BOUNDS.controlHeartbeatMs);
  await peer.nextWith("status");
  clock.advance(CLIENT_BOUNDS.controlSilenceMs + READ_MS);
  const error = await assertRejects(() => done, RequestError);
  assertMatch(error.message, /^The running client has not answered for 10000 ms: it is suspended or hangs/);
  assertEquals(error.reason, "unavailable");
  await asker.close();
  assertEquals(clock.timers, 0);
  await peer.close();
  listener.close();
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("both programs end with exit code 4 when they ask one that has stopped", async () => {
  await using server = new FakeServer();
  const folder = Deno.makeTempDirSync();
  const control = `${folder}/control`;
  const stopped = new ClientProcess([`127.0.0.1:${server.port}`, "--stay", "--control", control]);
  await server.seat();
  await fileExists(control);
  stopped.kill("SIGSTOP");
  const silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [status, run, pipe, json] = await Promise.all([
    runClient(["--via", control, "status"]),
    runClient(["--via", control, "run", "uptime"]),
    runClient([`127.0.0.1:${silent.addr.port}`], { input: "uptime\n" }),
    runClient([`127.0.0.1:${silent.addr.port}`, "--json"], { input: "uptime\n" }),
  ]);
  for (const { code, stderr } of [status, run]) {
    assertEquals(code, 4, stderr);
    assertMatch(stderr, /The running client has not answered for \d+ ms: it is suspended or hangs/);
  }
  assertEquals([pipe.code, json.code], [4, 4]);
  assertMatch(pipe.stderr, /no response within 10000 ms: check that a rankserver listens on this port/);
  assertMatch(json.stderr, /"event":"disconnected","why":"no response within 10000 ms/);
  silent.close();
  stopped.kill("SIGKILL");
  await stopped.exit();
  Deno.removeSync(folder, { recursive: true });
});

/** Waits for a file that another process makes. */
async function fileExists(path: string): Promise<void> {
  using watcher = Deno.watchFs(dirname(path));
  const events = watcher[Symbol.asyncIterator]();
  while (!Array.from(Deno.readDirSync(dirname(path))).some(({ name }) => name === basename(path))) {
    await events.next();
  }
}
