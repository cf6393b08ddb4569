// What changes the client's own position has one way in. A `yield` without an id once went past the code that stops the
// program of a leader, and past the client's own knowledge of its place.

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ControlServer } from "../../../src/client/control/control_server.ts";
import { LeadingSession } from "../../../src/client/lead/leading_session.ts";
import { LineOutput } from "../../../src/client/output/line_output.ts";
import { openClient, RequestError } from "../../../src/client/mod.ts";
import { Pipe } from "../../../src/client/pipe/pipe.ts";
import type { ClientSession } from "../../../src/client/session/client_session.ts";
import { CLIENT_BOUNDS } from "../../../src/config/keys/client_bounds.ts";
import { bareSession } from "../../support/client/bare_session.ts";
import { EventReader } from "../../support/client/event_reader.ts";
import { FakeServer, type Json, type Peer, WELCOME } from "../../support/client/fake_server.ts";
import { Printed } from "../../support/client/printed.ts";

const LIMITS = { lineBytes: 1_048_576, programsAtOnce: 4, programsQueued: 100 };
const PLACE = { rank: 5, ticket: 30, epoch: 9, members: 6, times: WELCOME.times };

function openAt(server: FakeServer) {
  return openClient({ host: "127.0.0.1", port: server.port, limits: LIMITS });
}

/** The peer gets `method` as a request, and grants it. */
async function grant(peer: Peer, method: string, result: Json): Promise<void> {
  const { id } = await peer.nextWith(method);
  assert(id !== undefined, `${method} came as a notification`);
  await peer.send({ id, result });
}

/** Nothing has come to the peer before this question of its own is answered. */
async function assertNothingCame(peer: Peer): Promise<void> {
  await peer.send({ id: "nothing?", method: "ping" });
  assertEquals((await peer.next()).id, "nothing?");
}

/** A client with --json in a pipe. */
async function inPipe(server: FakeServer) {
  const session = openAt(server);
  const stdout = new Printed();
  const stderr = new Printed();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const verdict = new Pipe({
    session,
    input: readable,
    stdout: new LineOutput(stdout, 1_000_000),
    stderr: new LineOutput(stderr, 1_000_000),
    signal: new AbortController().signal,
    isJson: true,
    mayStay: false,
    bounds: CLIENT_BOUNDS,
  }).run();
  const peer = await server.seat();
  return {
    session,
    peer,
    stdout,
    stderr,
    verdict,
    write: (message: Json) =>
      writer.write(new TextEncoder().encode(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`)),
    end: () => writer.close(),
  };
}

/** A client with a control socket, and one connection to that. `around` is what the socket sees of the session. */
async function throughSocket(server: FakeServer, around: (session: ClientSession) => ClientSession) {
  const session = openAt(server);
  const events = new EventReader(session.events);
  const peer = await server.seat();
  await events.next("welcome");
  const folder = Deno.makeTempDirSync();
  const listener = Deno.listen({ transport: "unix", path: `${folder}/socket` });
  const serving = new ControlServer(around(session), CLIENT_BOUNDS).serve(listener);
  const conn = await Deno.connect({ transport: "unix", path: `${folder}/socket` });
  const printed = new Printed();
  const reading = conn.readable.pipeTo(
    new WritableStream({ write: async (chunk) => void await printed.write(chunk) }),
  );
  return {
    session,
    events,
    peer,
    write: (message: Json) =>
      conn.write(new TextEncoder().encode(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`)),
    next: async () => JSON.parse(await printed.next()) as Json,
    async [Symbol.asyncDispose]() {
      listener.close();
      await reading.catch(() => {/* Closed with the listener. */});
      await serving;
      await session.close();
      Deno.removeSync(folder, { recursive: true });
    },
  };
}

Deno.test("a yield without an id in a pipe's JSON lines moves the client as one with an id does", async () => {
  await using server = new FakeServer();
  const pipe = await inPipe(server);
  await pipe.write({ method: "yield" });
  await grant(pipe.peer, "yield", PLACE);
  const lines = [];
  while (lines.at(-1)?.event !== "yielded") lines.push(JSON.parse(await pipe.stderr.next()));
  assertEquals(lines.at(-1), { event: "yielded", ...PLACE });
  assertEquals([pipe.session.place?.rank, pipe.session.place?.ticket], [5, 30]);
  await pipe.end();
  assertEquals(await pipe.verdict, "ok");
});

Deno.test("a yield without an id at the control socket of a leader is the leader's to carry out", async () => {
  await using server = new FakeServer();
  const asked = Promise.withResolvers<string>();
  const lead = {
    status: { state: "leading" } as const,
    yield() {
      asked.resolve("the leader");
      return Promise.resolve(PLACE);
    },
  };
  await using control = await throughSocket(server, (session) => new LeadingSession(session, lead));
  await control.write({ method: "yield" });
  const atServer = control.peer.nextWith("yield").then(() => "the server", () => "nobody");
  assertEquals(await Promise.race([asked.promise, atServer]), "the leader");
});

Deno.test("a leader's own session carries out a yield without an id as it does one with an id", async () => {
  const asked: string[] = [];
  const session = bareSession({ notify: (method) => Promise.resolve(void asked.push(`sent: ${method}`)) });
  const lead = {
    status: { state: "leading" } as const,
    yield: () => Promise.resolve(void asked.push("stopped, then yielded")),
  };
  const leading = new LeadingSession(session, lead);
  await leading.notify("yield");
  await leading.notify("run", { command: "uptime" });
  assertEquals(asked, ["stopped, then yielded", "sent: run"]);
});

Deno.test("a yield at a control socket that the server refuses is told there", async () => {
  await using server = new FakeServer();
  await using control = await throughSocket(server, (session) => session);
  await control.write({ method: "yield" });
  const { id } = await control.peer.nextWith("yield");
  const error = { code: -32006, message: "too much at once", data: { reason: "rate_limited" } };
  await control.peer.send({ id, error });
  assertEquals(await control.next(), {
    jsonrpc: "2.0",
    method: "refused",
    params: { method: "yield", ...error },
  });
});

for (const method of ["hello", "leave"]) {
  Deno.test(`${method} from a pipe is refused with what to do instead, and is not sent`, async () => {
    await using server = new FakeServer();
    const pipe = await inPipe(server);
    const params = { resume: "a token" };
    await pipe.write({ id: 1, method, params });
    const { error } = await pipe.stdout.nextWith("jsonrpc");
    assertStringIncludes((error as Json).message as string, `Cannot send ${method}: the client sends it`);
    await pipe.write({ method, params });
    const note = await pipe.stdout.nextWith("jsonrpc");
    assertEquals(note, { jsonrpc: "2.0", method: "refused", params: { method, ...error as Json } });
    await assertNothingCame(pipe.peer);
    await pipe.end();
    assertEquals(await pipe.verdict, "refused");
  });

  Deno.test(`${method} from a control socket is refused with what to do instead, and is not sent`, async () => {
    await using server = new FakeServer();
    await using control = await throughSocket(server, (session) => session);
    await control.write({ id: 1, method });
    const { error } = await control.next();
    assertStringIncludes((error as Json).message as string, `Cannot send ${method}: the client sends it`);
    await control.write({ method });
    assertEquals((await control.next()).params, { method, ...error as Json });
    await assertNothingCame(control.peer);
  });

  Deno.test(`${method} through the library is refused and not sent, with an id and without`, async () => {
    await using server = new FakeServer();
    const client = openAt(server);
    const peer = await server.seat();
    const asked = await assertRejects(() => client.request(method), RequestError);
    const told = await assertRejects(() => client.notify(method), RequestError);
    assertEquals([asked.kind, asked.reason, asked.mayBeSent], ["reserved", "not_allowed", false]);
    assertEquals(told.message, asked.message);
    await assertNothingCame(peer);
    await client.close();
  });
}

Deno.test("a notification that a control socket does not pass on is refused, not dropped in silence", async () => {
  await using server = new FakeServer();
  await using control = await throughSocket(server, (session) => session);
  await control.write({ method: "watch", params: { on: true } });
  const note = await control.next();
  assertEquals(note.method, "refused");
  assertStringIncludes(
    (note.params as Json).message as string,
    "Cannot pass on watch; the allowed methods are run",
  );
  await control.write({ method: "cancel", params: { run: 7 } });
  assertEquals(((await control.next()).params as Json).method, "cancel");
  await assertNothingCame(control.peer);
});

Deno.test("a yield through the library without an id says all of the new place", async () => {
  await using server = new FakeServer();
  const client = openAt(server);
  const events = new EventReader(client.events);
  const peer = await server.seat();
  const yielded = client.notify("yield");
  await grant(peer, "yield", PLACE);
  await yielded;
  assertEquals((await events.next("yielded")).place, PLACE);
  assertEquals(client.place?.rank, 5);
  const refused = client.notify("yield");
  const { id } = await peer.nextWith("yield");
  await peer.send({ id, error: { code: -32006, message: "too much at once" } });
  await refused;
  assertEquals((await events.next("refused")).refused, {
    method: "yield",
    code: -32006,
    message: "too much at once",
  });
  await client.close();
});
