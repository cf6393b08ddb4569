import { assert, assertEquals, assertRejects } from "@std/assert";
import { RawClient } from "../../support/server/raw_client.ts";
import { tokenOf, tokensToml } from "../../support/server/tokens.ts";
import { WebGround } from "../../support/web/web_ground.ts";
import { clientFrame, PING, PONG, WebSocketClient } from "../../support/web/web_socket_client.ts";

const SEATS = "[web]\nseats = true\n";

Deno.test("a seat is taken over WebSocket, executes a command, sends one, and is given up", async () => {
  await using ground = await WebGround.start({ toml: `commands = ["up"]\n${SEATS}` });
  await using above = await RawClient.join(ground.ranks.port);
  await using socket = await WebSocketClient.connect(ground.port);
  const { result } = await socket.request("hello", { name: "phone" });
  assertEquals([result.rank, result.members], [1, 2]);
  await using below = await RawClient.join(ground.ranks.port);
  const run = above.ask("run", { command: "up", to: [1] });
  const execute = await socket.until(({ method }) => method === "execute");
  await socket.send(JSON.stringify({ jsonrpc: "2.0", id: execute.id, result: { delivered: true } }));
  assertEquals((await above.answer(run)).result.delivered, 1);
  const sent = socket.request("run", { command: "up" });
  const command = await below.message("execute");
  below.respond(command.id, { delivered: true });
  assertEquals((await sent).result.delivered, 1);
  await socket.send('{"jsonrpc":"2.0",\n"id":9,"method":"leave"}');
  assertEquals(await socket.closed(), "1000");
  await ground.ranks.until(({ event }) => event === "client_left");
  await socket.ended();
});

Deno.test("a closing frame ends the seat as the end of a connection does, and what was sent before is handled", async () => {
  await using ground = await WebGround.start({ toml: SEATS });
  await using socket = await WebSocketClient.connect(ground.port);
  await socket.request("hello", { name: "phone" });
  const rename = clientFrame(1, '{"jsonrpc":"2.0","id":7,"method":"hello","params":{"name":"tablet"}}');
  await socket.sendBytes(Uint8Array.from([...rename, ...clientFrame(8, Uint8Array.of(3, 233))]));
  assertEquals(await socket.closed(), "1000");
  await socket.ended();
  await ground.ranks.until((event) => event.event === "client_named" && event.name === "tablet");
  await ground.ranks.until(({ event }) => event === "client_left");
});

Deno.test("each message of the server is one line, whole", async () => {
  await using ground = await WebGround.start({ toml: `max_clients = 300\n${SEATS}` });
  await using socket = await WebSocketClient.connect(ground.port);
  await socket.request("hello", { name: "phone" });
  const members = await Promise.all(Array.from({ length: 200 }, () => RawClient.join(ground.ranks.port)));
  const { result: { members: listed } } = await socket.request("roster", {});
  assertEquals(listed.length, 201);
  await Promise.all(members.map((member) => member.close()));
});

Deno.test("frames against the rules close the connection with a code, and take no seat with them", async () => {
  await using ground = await WebGround.start({
    toml: `${SEATS}[limits]\nline_bytes = 2000\noutput_bytes = 100`,
  });
  const codes: Record<string, string> = {};
  const cases: [what: string, bytes: Uint8Array][] = [
    ["binary", clientFrame(2, "a")],
    ["too long", clientFrame(1, "a".repeat(2_001))],
    ["huge", clientFrame(1, "", { claims: 2 ** 40 })],
    ["not masked", clientFrame(1, "a", { isMasked: false })],
    ["pings", Uint8Array.from(Array.from({ length: 40 }, () => [...clientFrame(PING, "")]).flat())],
  ];
  for (const [what, bytes] of cases) {
    await using socket = await WebSocketClient.connect(ground.port);
    await socket.request("hello", {});
    await socket.sendBytes(bytes);
    codes[what] = (await socket.closed()).split(" ")[0]!;
    await socket.ended();
  }
  assertEquals(codes, {
    "binary": "1003",
    "too long": "1009",
    "huge": "1009",
    "not masked": "1002",
    "pings": "1008",
  });
  while (ground.ranks.server.status().members > 0) {
    await ground.ranks.until(() => ground.ranks.eventsOf("client_left").length === cases.length);
  }
});

Deno.test("a ping is answered with its payload", async () => {
  await using ground = await WebGround.start({ toml: SEATS });
  await using socket = await WebSocketClient.connect(ground.port);
  await socket.sendBytes(clientFrame(PING, "are you there"));
  for (;;) {
    const { opcode, payload } = await socket.frame();
    if (opcode === 1) continue;
    assertEquals([opcode, new TextDecoder().decode(payload)], [PONG, "are you there"]);
    break;
  }
});

Deno.test("a browser that does not read is disconnected as too slow, and the others are served", async () => {
  await using ground = await WebGround.start({
    toml:
      `commands = ["up"]\n${SEATS}[limits]\noutbox_bytes = 131072\nline_bytes = 65536\noutput_bytes = 1024\nrun_output_bytes = 1024`,
  });
  await using above = await RawClient.join(ground.ranks.port);
  await using socket = await WebSocketClient.connect(ground.port);
  await socket.request("hello", { name: "slow" });
  await using other = await RawClient.join(ground.ranks.port);
  for (let sent = 0; ground.ranks.eventsOf("client_left").length === 0; sent++) {
    assert(sent < 10_000, "the browser was not disconnected");
    above.notify("run", { command: "up", args: ["a".repeat(4_000)] });
    await other.note("execute");
  }
  assertEquals(ground.ranks.eventsOf("client_left")[0]!.reason, "slow_reader");
});

Deno.test("over WebSocket a token is required as over TCP, and a page of another origin gets no connection", async () => {
  await using ground = await WebGround.start({ toml: SEATS, tokens: tokensToml({ ann: "" }) });
  const connect = (headers = {}) => WebSocketClient.connect(ground.port, headers);
  await using wrong = await connect();
  assertEquals((await wrong.request("hello", { token: "wrong" })).error.data.reason, "unauthenticated");
  await wrong.closed();
  await using right = await connect({ Origin: `http://127.0.0.1:${ground.port}` });
  assertEquals((await right.request("hello", { token: tokenOf("ann") })).result.rank, 0);
  await assertRejects(() => connect({ Origin: "http://evil.example" }), Error, "HTTP/1.1 403");
  await assertRejects(() => connect({ "Sec-WebSocket-Version": "8" }), Error, "HTTP/1.1 426");
  await assertRejects(() => connect({ "Sec-WebSocket-Key": "short" }), Error, "HTTP/1.1 426");
});

Deno.test("when the server shuts down, seats over WebSocket are told and closed", async () => {
  await using ground = await WebGround.start({ toml: SEATS });
  await using socket = await WebSocketClient.connect(ground.port);
  await socket.request("hello", {});
  const stopped = ground.ranks.stop();
  assertEquals((await socket.until(({ method }) => method === "closing")).params.reason, "shutdown");
  assertEquals(await socket.closed(), "1000");
  await socket[Symbol.asyncDispose]();
  await stopped;
});
