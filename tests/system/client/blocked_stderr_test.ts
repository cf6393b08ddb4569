// A standard error that takes nothing, because its pipe is full or its disk is, neither stops a client nor ends it. A
// failing hook once hung it there, or ended it.

import { assertEquals, assertMatch } from "@std/assert";
import { deadline } from "@std/async";
import { CLIENT_PROGRAM, ClientProcess, type Exit } from "../../support/client/client_process.ts";
import { FakeServer, type Json, type Peer, WELCOME } from "../../support/client/fake_server.ts";
import { FullPipe, withStderr } from "../../support/client/full_pipe.ts";

/** Only a failing test waits for it. */
const PATIENCE_MS = 20_000;

interface Stderr extends AsyncDisposable {
  readonly path: string;
}

const STDERRS: Readonly<Record<string, () => Stderr>> = {
  "a full pipe": () => new FullPipe(),
  "a full disk": () => ({ path: "/dev/full", [Symbol.asyncDispose]: () => Promise.resolve() }),
};

/** A client whose hooks fail, with that standard error. */
function start(server: FakeServer, stderr: Stderr, args: readonly string[]): ClientProcess {
  return new ClientProcess([`127.0.0.1:${server.port}`, "--on-change", "false", ...args], {
    program: withStderr(stderr.path, CLIENT_PROGRAM),
  });
}

/** One that does not end in good time is killed, and its exit code says so. */
async function exitOf(client: ClientProcess): Promise<Exit> {
  const killing = setTimeout(() => client.kill("SIGKILL"), PATIENCE_MS);
  return await client.exit().finally(() => clearTimeout(killing));
}

/** Seats the client and gives it one rank after the other, each with a hook that fails. */
async function seat(server: FakeServer): Promise<Peer> {
  const peer = await server.seat({ rank: 40, members: 41 });
  for (let rank = 39; rank > 0; rank--) {
    await peer.notify("promoted", { rank, was: rank + 1, epoch: 50 - rank, members: rank + 1 });
  }
  return peer;
}

/** Answers everything as a server does that has nothing to say, until the client leaves. */
async function answerAll(peer: Peer, isSilentAbout = ""): Promise<void> {
  for (;;) {
    const message: Json | undefined = await peer.next().catch(() => undefined);
    if (message === undefined || message.method === "leave") return;
    if (message.id !== undefined && message.method !== isSilentAbout) {
      await peer.send({ id: message.id, result: {} });
    }
  }
}

const SUMMARY = {
  executors: 1,
  ok: 1,
  failed: 0,
  refused: 0,
  delivered: 0,
  timed_out: 0,
  lost: 0,
  cancelled: 0,
};
const RESULT = { rank: 2, ticket: 9, name: "web2", status: "ok", code: 0, stdout: "up 3 days\n" };

for (const [name, open] of Object.entries(STDERRS)) {
  Deno.test(`with standard error on ${name} a client in a pipe goes on while its hooks fail, and ends`, async () => {
    await using stderr = open();
    await using server = new FakeServer();
    const client = start(server, stderr, ["--name", "x"]);
    const peer = await seat(server);
    await client.write("unknown command here\n/nothing\nuptime\n");
    const refused = await deadline(peer.nextWith("run"), PATIENCE_MS);
    await peer.send({
      id: refused.id,
      error: { code: -32003, message: "no", data: { reason: "not_allowed" } },
    });
    const run = await deadline(peer.nextWith("run"), PATIENCE_MS);
    await peer.send({ id: run.id, result: { ...SUMMARY, results: [RESULT] } });
    await client.endInput();
    const { code, stdout } = await exitOf(client);
    assertMatch(stdout, /up 3 days/);
    assertEquals(code, 3);
  });

  Deno.test(`with standard error on ${name} a client under --lead follows while its hooks fail, and leaves`, async () => {
    await using stderr = open();
    await using server = new FakeServer();
    const client = start(server, stderr, ["--lead", "--", "sleep", "1000"]);
    const times = { ...WELCOME.times, lease_ms: 5_000 };
    const peer = await server.accept();
    const hello = await peer.nextWith("hello");
    await peer.send({ id: hello.id, result: { ...WELCOME, rank: 40, members: 41, times } });
    for (let rank = 39; rank > 0; rank--) {
      await peer.notify("promoted", { rank, was: rank + 1, epoch: 50 - rank, members: rank + 1 });
    }
    // Its pings are what tells that it goes on.
    for (let pings = 0; pings < 42;) {
      const { id, method } = await deadline(peer.next(), PATIENCE_MS);
      if (method === "ping") pings++;
      await peer.send({ id, result: {} });
    }
    const answering = answerAll(peer);
    client.kill("SIGTERM");
    assertEquals((await exitOf(client)).code, 143);
    await answering;
  });

  Deno.test(`with standard error on ${name} a client that asks another one is refused, and ends`, async () => {
    await using stderr = open();
    const folder = Deno.makeTempDirSync();
    const listener = Deno.listen({ transport: "unix", path: `${folder}/control` });
    const client = new ClientProcess(["--via", `${folder}/control`, "roster"], {
      program: withStderr(stderr.path, CLIENT_PROGRAM),
    });
    const conn = await listener.accept();
    await conn.read(new Uint8Array(1_000));
    const error = { code: -32003, message: "x".repeat(100_000), data: { reason: "not_allowed" } };
    await new Blob([`${JSON.stringify({ jsonrpc: "2.0", id: 1, error })}\n`]).stream()
      .pipeTo(conn.writable, { preventClose: true });
    assertEquals((await exitOf(client)).code, 3);
    conn.close();
    listener.close();
    Deno.removeSync(folder, { recursive: true });
  });
}

Deno.test("answers that a full disk does not take are told, and are not a success", async () => {
  await using server = new FakeServer();
  const client = new ClientProcess([`127.0.0.1:${server.port}`], {
    program: ["sh", "-c", 'exec "$@" >/dev/full', "sh", ...CLIENT_PROGRAM],
  });
  const peer = await server.seat();
  await client.write("uptime\n");
  const run = await deadline(peer.nextWith("run"), PATIENCE_MS);
  await peer.send({ id: run.id, result: { ...SUMMARY, results: [RESULT] } });
  const { code, stderr } = await exitOf(client);
  assertEquals(code, 1);
  assertMatch(stderr, /Cannot write standard output: .*No space left/);
});

Deno.test("a client under --lead leaves although a program waits at its control socket for a silent server", async () => {
  await using server = new FakeServer();
  const folder = Deno.makeTempDirSync();
  const client = new ClientProcess(
    [`127.0.0.1:${server.port}`, "--control", `${folder}/control`, "--lead", "--", "sleep", "1000"],
  );
  const peer = await server.accept();
  const hello = await peer.nextWith("hello");
  const times = { ...WELCOME.times, lease_ms: 5_000 };
  await peer.send({ id: hello.id, result: { ...WELCOME, times } });
  const conn = await Deno.connect({ transport: "unix", path: `${folder}/control` });
  await conn.write(new TextEncoder().encode('{"jsonrpc":"2.0","id":1,"method":"roster"}\n'));
  for (let method: unknown = ""; method !== "roster";) {
    const asked = await deadline(peer.next(), PATIENCE_MS);
    method = asked.method;
    if (method !== "roster") await peer.send({ id: asked.id, result: {} });
  }
  const answering = answerAll(peer, "roster");
  client.kill("SIGTERM");
  assertEquals((await exitOf(client)).code, 143);
  await answering;
  conn.close();
  Deno.removeSync(folder, { recursive: true });
});
