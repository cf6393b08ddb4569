import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { deadline } from "@std/async";
import { ControlClient } from "../../../src/client/control/control_client.ts";
import { ControlServer } from "../../../src/client/control/control_server.ts";
import { type ControlSocket, openControlSocket } from "../../../src/control/control_socket.ts";
import { ask, verdictOf } from "../../../src/client/requests/client_request.ts";
import { openClient } from "../../../src/client/mod.ts";
import { parseVia } from "../../../src/client/control/via.ts";
import { RequestError } from "../../../src/client/session/request_error.ts";
import { CLIENT_BOUNDS } from "../../../src/config/keys/client_bounds.ts";
import { EventReader } from "../../support/client/event_reader.ts";
import { FakeServer, type Json, type Peer, SUMMARY, WELCOME } from "../../support/client/fake_server.ts";

/** Only a failing test waits for it. */
const PATIENCE_MS = 10_000;

const LIMITS = { lineBytes: 1_048_576, programsAtOnce: 4, programsQueued: 100 };

class Folder implements AsyncDisposable {
  readonly path = Deno.makeTempDirSync();
  readonly socket = `${this.path}/control`;

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

async function open(path: string): Promise<ControlSocket> {
  const opened = await openControlSocket(path);
  assert(opened.ok, JSON.stringify(opened));
  return opened.socket;
}

/** A seated client with its control socket, against a server that the test plays. */
async function setUp(server: FakeServer, path: string, bounds: Partial<typeof CLIENT_BOUNDS> = {}) {
  const session = openClient({ host: "127.0.0.1", port: server.port, limits: LIMITS });
  const events = new EventReader(session.events);
  const peer: Peer = await server.seat();
  await events.next("welcome");
  const socket = await open(path);
  const serving = new ControlServer(session, { ...CLIENT_BOUNDS, ...bounds }).serve(socket.listener);
  return {
    peer,
    async connect() {
      const conn = await Deno.connect({ transport: "unix", path });
      return new ControlClient(conn, { ...CLIENT_BOUNDS, lineBytes: 1_048_576 });
    },
    async [Symbol.asyncDispose]() {
      socket.close();
      await serving;
      await session.close();
    },
  };
}

Deno.test("a control socket is its owner's alone, and gone when it is closed", async () => {
  await using folder = new Folder();
  const socket = await open(folder.socket);
  assertEquals(Deno.statSync(folder.socket).mode! & 0o777, 0o600);
  socket.close();
  socket.close();
  assertEquals([...Deno.readDirSync(folder.path)], []);
});

Deno.test("a control socket is opened in the place of nothing but one that a killed client left", async () => {
  await using folder = new Folder();
  const first = await open(folder.socket);
  const second = await openControlSocket(folder.socket);
  assert(!second.ok);
  assertStringIncludes(second.reason, "a running client has it");
  first.close();

  // Nobody listens there any more, as when a client was killed.
  const killed = Deno.listen({ transport: "unix", path: `${folder.path}/other` });
  Deno.renameSync(`${folder.path}/other`, folder.socket);
  killed.close();
  assert(Deno.lstatSync(folder.socket).isSocket);
  const third = await open(folder.socket);
  // Somebody removed the file, and another client has put its own there.
  Deno.removeSync(folder.socket);
  const fourth = await open(folder.socket);
  third.close();
  assert(Deno.lstatSync(folder.socket).isSocket, "the third one removed the file of the fourth");
  fourth.close();

  Deno.writeTextFileSync(folder.socket, "precious");
  const fifth = await openControlSocket(folder.socket);
  assert(!fifth.ok);
  assertStringIncludes(fifth.reason, "not a socket");
  assertEquals(Deno.readTextFileSync(folder.socket), "precious");
});

Deno.test("a control socket may have the longest path that the system takes, and no longer one", async () => {
  await using folder = new Folder();
  const limit = Deno.build.os === "linux" ? 107 : 103;
  for (let length = limit - 10; length <= limit; length++) {
    const path = `${folder.path}/${"s".repeat(length)}`.slice(0, length);
    const socket = await open(path);
    (await Deno.connect({ transport: "unix", path })).close();
    (await socket.listener.accept()).close();
    socket.close();
    assertEquals([...Deno.readDirSync(folder.path)], []);
  }
  const refused = await openControlSocket(`${folder.path}/${"s".repeat(limit)}`.slice(0, limit + 1));
  assert(!refused.ok);
  assertStringIncludes(refused.reason, `the path has ${limit + 1} bytes; the limit for a socket is ${limit}`);
});

Deno.test("a path where no socket can be is told with its reason", async () => {
  const opened = await openControlSocket("/does/not/exist/control");
  assert(!opened.ok);
  assertStringIncludes(opened.reason, "/does/not/exist/control");
});

Deno.test("through the control socket one acts as the seated member", async () => {
  await using server = new FakeServer();
  await using folder = new Folder();
  await using seated = await setUp(server, folder.socket);
  const client = await seated.connect();
  const heard: unknown[] = [];
  const parsed = parseVia(["run", "@2,3", "restart", "nginx"], false);
  assert(parsed.ok);
  const answer = ask(client, parsed.asked, { onResult: (note) => heard.push(note.rank) });
  const run = await seated.peer.nextWith("run");
  assertEquals(run.params, { command: "restart", args: ["nginx"], to: [2, 3] });
  const result = { rank: 2, ticket: 9, name: "a", status: "ok", code: 0 };
  await seated.peer.notify("result", { run: run.id, ...result });
  const counts = { ok: 1, failed: 0, refused: 0, delivered: 0, timed_out: 0, lost: 0, cancelled: 0 };
  await seated.peer.send({ id: run.id, result: { executors: 1, ...counts, results: [result] } });
  assertEquals(verdictOf(await answer), "ok");
  assertEquals(heard, [2]);

  const status = await ask(client, { kind: "status" });
  assertEquals(status.raw, { seated: true, rank: 1, ticket: 7, epoch: 3, capacity: 20 });
  const yielded = ask(client, { kind: "yield" });
  const place = { ...WELCOME, rank: 5, ticket: 30, resume: "secret" };
  await seated.peer.send({ id: (await seated.peer.nextWith("yield")).id, result: place });
  assertEquals("resume" in ((await yielded).raw as Json), false, "a token is nobody else's business");
  assertEquals(((await ask(client, { kind: "status" })).raw as Json).rank, 5);
  await client.close();
});

Deno.test("what is the seat's own business cannot be asked for through the control socket", async () => {
  await using server = new FakeServer();
  await using folder = new Folder();
  await using seated = await setUp(server, folder.socket);
  const client = await seated.connect();
  const answered = await ask(client, { kind: "watch", on: true });
  assert(answered.kind === "error");
  assertEquals(answered.error.reason, "method_not_found");
  await client.close();
});

Deno.test("a run is cancelled when the one who asked for it hangs up", async () => {
  await using server = new FakeServer();
  await using folder = new Folder();
  await using seated = await setUp(server, folder.socket);
  const client = await seated.connect();
  const run = client.run({ command: "uptime" });
  run.done.catch(() => {});
  const request = await seated.peer.nextWith("run");
  const closed = client.close();
  const cancel = await seated.peer.nextWith("cancel");
  assertEquals(cancel.params, { run: request.id });
  await seated.peer.send({ id: cancel.id, result: {} });
  await seated.peer.send({ id: request.id, result: SUMMARY });
  await closed;
});

Deno.test("so many programs use a control socket at once, and one more is told", async () => {
  await using server = new FakeServer();
  await using folder = new Folder();
  await using seated = await setUp(server, folder.socket, { controlConnections: 1 });
  const first = await seated.connect();
  await ask(first, { kind: "status" });
  const second = await seated.connect();
  const answered = await ask(second, { kind: "status" });
  assert(answered.kind === "error");
  assert(["full", "unavailable"].includes(answered.error.reason ?? ""), answered.error.message);
  await second.close();
  await first.close();
});

Deno.test("when the client leaves, who waits at its control socket is told", async () => {
  await using server = new FakeServer();
  await using folder = new Folder();
  const seated = await setUp(server, folder.socket);
  const client = await seated.connect();
  const answer = ask(client, { kind: "roster" });
  await seated.peer.nextWith("roster");
  await seated.peer.close();
  assertEquals(verdictOf(await answer), "lost");
  await client.close();
  await seated[Symbol.asyncDispose]();
});

Deno.test("the words after --via are a question, or it is said what they should be", () => {
  assertEquals(parseVia(["run", "restart", "nginx"], true), {
    ok: true,
    asked: { kind: "dry_run", params: { command: "restart", args: ["nginx"] } },
  });
  assertEquals(parseVia(["run", "@web 1,ticket:7,2,5-", "restart"], false), {
    ok: true,
    asked: {
      kind: "run",
      params: { command: "restart", args: [], to: [2], to_tickets: [7], to_names: ["web 1"], from_rank: 5 },
    },
  });
  assertEquals(parseVia(["status"], false), { ok: true, asked: { kind: "status" } });
  const asked = (kind: string, args: string[], targets?: { to: number[] }) => ({
    ok: true,
    asked: { kind, params: { command: "x", args, ...targets } },
  });
  // Flags are read up to the command; its arguments are its own.
  const runs: [words: string[], expected: unknown][] = [
    [["run", "--dry-run", "x", "y"], asked("dry_run", ["y"])],
    [["run", "@2", "--dry-run", "x"], asked("dry_run", [], { to: [2] })],
    [["run", "x", "--dry-run"], asked("run", ["--dry-run"])],
    [["run", "x", "--", "-v", "--"], asked("run", ["--", "-v", "--"])],
    [["run", "@2", "--", "x", "--"], asked("run", ["--"], { to: [2] })],
  ];
  for (const [words, expected] of runs) assertEquals(parseVia(words, false) as unknown, expected, `${words}`);
  assertEquals(parseVia(["run", "--json", "x"], false), {
    ok: false,
    message: "--json is not a command; flags go before run",
  });
  for (const words of [[], ["restart"], ["run"], ["run", "@-", "y"], ["run", "@2"], ["roster", "x"]]) {
    assert(!parseVia(words, false).ok, words.join(" "));
  }
});

Deno.test("through the control socket nobody can cancel another's run by the server's id for it", async () => {
  await using server = new FakeServer();
  await using folder = new Folder();
  await using seated = await setUp(server, folder.socket);
  const mine = await seated.connect();
  const run = mine.run({ command: "uptime" });
  const request = await seated.peer.nextWith("run");
  const other = await seated.connect();
  const error = await assertRejects(
    () => deadline(other.request("cancel", { run: request.id }), PATIENCE_MS),
    RequestError,
  );
  assertEquals(error.reason, "invalid_params");
  await seated.peer.send({ id: request.id, result: SUMMARY });
  await run.done;
  await Promise.all([mine.close(), other.close()]);
});
