// The operator's socket of a running server: rankserver --status, --evict and --raise as a user would type them.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { RawClient } from "../../support/server/raw_client.ts";
import { ServerProcess } from "../../support/programs/start_process.ts";

class Operated implements AsyncDisposable {
  readonly server: ServerProcess;
  readonly socket: string;
  readonly #folder: string;

  constructor(server: ServerProcess, folder: string) {
    this.server = server;
    this.#folder = folder;
    this.socket = `${folder}/control.sock`;
  }

  static async start(toml = ""): Promise<Operated> {
    const folder = await Deno.makeTempDir();
    await Deno.writeTextFile(
      `${folder}/server.toml`,
      `${toml}\n[control]\nsocket = "${folder}/control.sock"\n`,
    );
    return new Operated(await ServerProcess.start({ args: ["--config", `${folder}/server.toml`] }), folder);
  }

  get config(): string {
    return `${this.#folder}/server.toml`;
  }

  async ask(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    await using asking = ServerProcess.spawn({ args: ["--control", this.socket, ...args] });
    return await asking.exit();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

Deno.test("--status says how the server is, for people and for programs, through the file's socket or a given one", async () => {
  await using operated = await Operated.start("max_clients = 5");
  const { port } = operated.server;
  await using _first = await RawClient.join(port);
  await using second = await RawClient.join(port);
  second.respond(77, { code: 0 });
  await second.settled();
  const text = await operated.ask("--status");
  assertEquals([text.code, text.stderr], [0, ""]);
  assertStringIncludes(text.stdout, `on 127.0.0.1:${port}`);
  assertStringIncludes(
    text.stdout,
    "2 of 5 seats are taken, 0 of them by disconnected members; 0 in the waiting room (epoch ",
  );
  assertStringIncludes(text.stdout, "2 connections, 0 runs in flight, 1 late answer");
  await using byConfig = ServerProcess.spawn({ args: ["--config", operated.config, "--status", "--json"] });
  const { uptime_ms, version, roster, ...status } = JSON.parse((await byConfig.exit()).stdout);
  assertEquals(roster, (await second.request("roster")).result.members);
  assertMatch(version, /^\d+\.\d+\.\d+$/);
  assertEquals(typeof uptime_ms, "number");
  assertEquals(status, {
    ...{
      address: `127.0.0.1:${port}`,
      members: 2,
      capacity: 5,
      epoch: second.welcome.epoch,
      away: 0,
      waiting: 0,
    },
    ...{ connections: 2, runs_in_flight: 0, late_answers: 1, is_draining: false },
    ...{ lead_after_ms: status.lead_after_ms, waiting_room: [] },
  });
  assert(status.lead_after_ms > 0);
});

Deno.test("--status prints the seats, the leader and the waiting room", async () => {
  await using operated = await Operated.start(
    'max_clients = 2\n[session]\noverflow = "wait"\nlease_max_ms = 2_000\nresume_grace_ms = 60_000\n',
  );
  const { port } = operated.server;
  const leader = await RawClient.join(port);
  await leader.request("hello", { name: "web-0", lease_ms: 2_000 });
  const away = await RawClient.join(port);
  await away.request("hello", { name: "Ada" });
  const awayAddress = `127.0.0.1:${away.port}`;
  const waiting = await RawClient.connect(port);
  await waiting.note("waiting");
  await away.close();
  await operated.server.line("disconnected from rank 1");
  const read = async () => JSON.parse((await operated.ask("--status", "--json")).stdout);
  let status = await read();
  // Until then a leader of an earlier server may still be stopping.
  while (status.lead_after_ms > 0) {
    await leader.request("ping");
    status = await read();
  }
  const { ticket } = leader.welcome;
  assertEquals([status.leader.ticket, status.leader.name], [ticket, "web-0"]);
  assert(status.leader.leads_for_ms >= 0);
  assertEquals(status.roster, (await leader.request("roster")).result.members);
  assertEquals([status.roster[0].lease_ms, status.roster[1].away], [2_000, true]);
  const address = `127.0.0.1:${waiting.port}`;
  assertEquals(status.waiting_room, [{ place: 1, name: address, address }]);

  const { code, stdout } = await operated.ask("--status");
  assertEquals(code, 0);
  const lines = stdout.trimEnd().split("\n");
  assertStringIncludes(lines[3]!, `web-0 (rank 0, ticket ${ticket}) leads, `);
  const words = lines.slice(4).map((line) => line.trim().split(/\s{2,}/));
  const since = words[2]![4]!;
  assertEquals(words, [
    [""],
    ["rank", "name", "address", "ticket", "since", "lease", "away"],
    ["0", "web-0", `127.0.0.1:${leader.port}`, String(ticket), since, "2000 ms"],
    ["1", "Ada", awayAddress, String(away.welcome.ticket), words[3]![4]!, "away"],
    [""],
    ["place", "name", "address"],
    ["1", address, address],
  ]);
  for (const client of [leader, waiting]) await client.close();
});

Deno.test("--evict takes a seat away by rank, by ticket and by name, and promotes the others", async () => {
  await using operated = await Operated.start();
  const clients = await Array.fromAsync({ length: 4 }, () => RawClient.join(operated.server.port));
  const [first, second, third, last] = clients;
  await third!.request("hello", { name: "Ada" });
  const whom = ["0", `ticket:${second!.welcome.ticket}`, "name:Ada"];
  for (const [index, one] of whom.entries()) {
    const { code, stdout } = await operated.ask("--evict", one);
    assertEquals([code, stdout.includes("has lost rank 0")], [0, true], stdout);
    assertEquals((await clients[index]!.note("closing")).reason, "evicted");
    assertEquals((await last!.note("promoted")).rank, 2 - index);
  }
  assertEquals(await first!.ended(), "end of stream");
  await operated.server.line("evicted from rank 0");
  for (const client of clients) await client.close();
});

Deno.test("an eviction waits for the lease of the member, and says so", async () => {
  await using operated = await Operated.start();
  const [leader, second] = await Array.fromAsync({ length: 2 }, () => RawClient.join(operated.server.port));
  await leader!.request("hello", { lease_ms: 800 });
  const { stdout } = await operated.ask("--evict", "0", "--json");
  const { keep_ms, rank } = JSON.parse(stdout);
  assertEquals([rank, keep_ms > 0 && keep_ms <= 800], [0, true], stdout);
  assertEquals((await leader!.note("closing")).reason, "evicted");
  assertEquals((await second!.note("promoted")).rank, 0);
  for (const client of [leader!, second!]) await client.close();
});

Deno.test("--raise gives a client rank 0 by rank, by ticket and by name, and says so when it has it already", async () => {
  await using operated = await Operated.start();
  const clients = await Array.fromAsync({ length: 3 }, () => RawClient.join(operated.server.port));
  const [, second, third] = clients;
  await third!.request("hello", { name: "Ada" });
  const { ticket } = third!.welcome;
  const named = await operated.ask("--raise", "name:Ada");
  assertEquals([named.code, named.stdout], [
    0,
    `Ada (ticket ${ticket}) now has rank 0; 2 clients above it moved to the end\n`,
  ]);
  assertEquals((await third!.note("promoted")).rank, 0);
  const again = await operated.ask("--raise", `ticket:${ticket}`);
  assertEquals([again.code, again.stdout], [0, `Ada (ticket ${ticket}) already has rank 0\n`]);
  const { code, stdout } = await operated.ask("--raise", "2", "--json");
  const { name, ...raised } = JSON.parse(stdout);
  assertEquals([code, name], [0, `127.0.0.1:${second!.port}`]);
  await second!.settled();
  const seat = second!.notes("welcome").at(-1);
  assertEquals(raised, { rank: 2, ticket: seat.ticket, wait_ms: 0 });
  assertEquals((await second!.note("promoted")).rank, 0);
  await operated.server.line("raised from rank 2 to rank 0: 2 clients above moved to the end");
  for (const client of clients) await client.close();
});

Deno.test("a raise waits for the leader, and says so; of nobody, of more than one or of one that could not lead it is refused", async () => {
  await using operated = await Operated.start();
  const clients = await Array.fromAsync({ length: 4 }, () => RawClient.join(operated.server.port));
  const [leader, second] = clients;
  for (const client of [leader!, second!]) await client.request("hello", { lease_ms: 5_000 });
  for (const client of clients.slice(2)) await client.request("hello", { name: "twin" });
  const cases: [whom: string, stderr: string][] = [
    ["9", "No client has rank 9\n"],
    ["name:twin", '2 clients have the name "twin" (ranks 2, 3): use a rank or a ticket\n'],
  ];
  for (const [whom, stderr] of cases) {
    const refused = await operated.ask("--raise", whom);
    assertEquals([refused.code, refused.stderr], [3, stderr]);
  }
  const unfit = await operated.ask("--raise", "2");
  assertEquals(unfit.code, 3);
  assertStringIncludes(unfit.stderr, "it has no lease or is not connected");
  const { code, stdout } = await operated.ask("--raise", "1");
  assertEquals(code, 0);
  assertStringIncludes(stdout, "gets rank 0 when the leader has stopped its program, after at most 10000 ms");
  await leader!.note("yield_requested");
  await leader!.request("yield");
  assertEquals((await second!.note("promoted")).rank, 0);
  for (const client of clients) await client.close();
});

Deno.test("an eviction of nobody, or of more than one, is refused with exit code 3", async () => {
  await using operated = await Operated.start();
  const clients = await Array.fromAsync({ length: 2 }, () => RawClient.join(operated.server.port));
  for (const client of clients) await client.request("hello", { name: "twin" });
  const none = await operated.ask("--evict", "9");
  assertEquals([none.code, none.stderr], [3, "No client has rank 9\n"]);
  const both = await operated.ask("--evict", "name:twin");
  assertEquals([both.code, both.stderr], [
    3,
    '2 clients have the name "twin" (ranks 0, 1): use a rank or a ticket\n',
  ]);
  for (const client of clients) await client.close();
});

Deno.test("the socket is its owner's alone, and gone when the server has stopped", async () => {
  await using operated = await Operated.start();
  const { mode, isSocket } = await Deno.lstat(operated.socket);
  assertEquals([isSocket, mode! & 0o777], [true, 0o600]);
  await using second = ServerProcess.spawn({ args: ["--port", "0", "--control", operated.socket] });
  const { code, stderr } = await second.exit();
  assertEquals([code, stderr], [1, `Cannot open ${operated.socket}: a running server has it\n`]);
  await operated.server.stop();
  const { code: gone, stderr: why } = await operated.ask("--status");
  assertEquals([gone, why], [
    1,
    `Cannot reach a running rankserver through ${operated.socket}: the socket does not exist; start the server with the same --control\n`,
  ]);
});

Deno.test("the socket's path may be as long as the system allows, and one byte more is refused with the limit", async () => {
  const folder = await Deno.makeTempDir();
  const limit = Deno.build.os === "linux" ? 107 : 103;
  const ofLength = (length: number) => `${folder}/${"s".repeat(length - folder.length - 1)}`;
  {
    const longest = ofLength(limit);
    await using server = await ServerProcess.start({ args: ["--control", longest] });
    await using asking = ServerProcess.spawn({ args: ["--control", longest, "--status"] });
    const { code, stdout, stderr } = await asking.exit();
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, `on 127.0.0.1:${server.port}`);
    await server.stop();
    assertEquals([...Deno.readDirSync(folder)], []);
  }
  const tooLong = ofLength(limit + 1);
  await using server = ServerProcess.spawn({ args: ["--port", "0", "--control", tooLong] });
  const { code, stderr } = await server.exit();
  const reason = `the path has ${limit + 1} bytes; the limit for a socket is ${limit}`;
  assertEquals([code, stderr], [1, `Cannot open ${tooLong}: ${reason}\n`]);
  await using checking = ServerProcess.spawn({ args: ["--control", tooLong, "--check"] });
  const checked = await checking.exit();
  assertEquals([checked.code, checked.stderr], [
    0,
    `Warning: control.socket: cannot open ${tooLong}: ${reason}\n`,
  ]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("what is asked in an unclear way is refused with exit code 2", async () => {
  const wrong = [
    ["--status"],
    ["--json"],
    ["--status", "--evict", "1"],
    ["--evict", "everybody"],
    [
      "--raise",
      "everybody",
    ],
    ["--raise", "1", "--evict", "1"],
    ["--raise", "1", "--check"],
    ["--raise", "1"],
  ];
  for (const args of wrong) {
    await using asking = ServerProcess.spawn({ args });
    assertEquals((await asking.exit()).code, 2, args.join(" "));
  }
});

Deno.test("G9, G12: lines that are no question are answered with an error, and the ninth connection is refused", async () => {
  await using operated = await Operated.start();
  const connect = () => Deno.connect({ transport: "unix", path: operated.socket });
  const read = async (conn: Deno.Conn) => {
    const buffer = new Uint8Array(4_096);
    return JSON.parse(new TextDecoder().decode(buffer.subarray(0, (await conn.read(buffer))!)));
  };
  const conns: Deno.Conn[] = [];
  for (let i = 0; i < 8; i++) {
    const conn = await connect();
    conns.push(conn);
    await conn.write(new TextEncoder().encode('{"jsonrpc":"2.0","id":1,"method":"ping"}\n'));
    assertEquals((await read(conn)).result, {});
  }
  for (
    const [line, reason] of [
      ["hello", "parse_error"],
      ["x".repeat(5_000), "too_large"],
      ['[{"jsonrpc":"2.0","id":1,"method":"status"}]', "invalid_request"],
      ['{"jsonrpc":"2.0","id":1,"method":"run"}', "method_not_found"],
      ['{"jsonrpc":"2.0","id":1,"method":"evict","params":{"rank":0,"ticket":1}}', "invalid_params"],
      ['{"jsonrpc":"2.0","id":1,"method":"evict"}', "invalid_params"],
    ] as const
  ) {
    await conns[0]!.write(new TextEncoder().encode(`${line}\n`));
    assertEquals((await read(conns[0]!)).error.data.reason, reason, line);
  }
  const ninth = await connect();
  assertEquals((await read(ninth)).error.data.reason, "full");
  for (const conn of [...conns, ninth]) conn.close();
});
