// The audit of a server: what is recorded of commands, clients and operators, and that it proves what the server did.

import { assert, assertEquals } from "@std/assert";
import type { AuditEntry } from "../../../src/journal/audit.ts";
import { AuditWriter } from "../../../src/journal/engines/audit_writer.ts";
import { FileJournal } from "../../../src/journal/engines/file_journal.ts";
import { JournalReader } from "../../../src/journal/engines/read_journal.ts";
import { SqliteFile } from "../../../src/journal/engines/sqlite_file.ts";
import { verifyJournal } from "../../../src/journal/verify/mod.ts";
import type { Member } from "../../../src/server/connection/member.ts";
import { createPlaceholder } from "../../../src/server/seats/disconnected_member.ts";
import { JournalFolder } from "../../support/journal/sample_journal.ts";
import { drawSeed } from "../../support/seed.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { type StartOptions, startServer, type TestServer } from "../../support/server/start_server.ts";
import { login, tokensToml } from "../../support/server/tokens.ts";

interface Recorded extends AsyncDisposable {
  readonly server: TestServer;
  /** Stops the server, and reads what it has recorded. */
  entries(): Promise<(AuditEntry & { readonly count: number; readonly position: number })[]>;
  verify(): ReturnType<typeof verifyJournal>;
}

async function record(options: StartOptions = {}, recordsArguments = true): Promise<Recorded> {
  const folder = new JournalFolder();
  const file = new SqliteFile(folder.file, Date.now());
  const journal = new FileJournal<Member>(file, createPlaceholder(), {
    firstPosition: 1,
    now: () => performance.now(),
    wallClock: Date.now,
    recordsPerSnapshot: 10,
    onFailure: (message) => console.log(message),
    onRecovery: () => {},
  });
  const audit = new AuditWriter({
    file,
    position: () => journal.state.position,
    commit: () => journal.commit(),
    recordsArguments,
    wallClock: Date.now,
    after: () => () => {},
    onFailure: (message) => console.log(message),
    onRecovery: () => {},
  });
  const server = await startServer({ ...options, journal, audit });
  return {
    server,
    async entries() {
      await server.stop();
      using reader = new JournalReader(folder.file);
      return [...reader.entries(0)].map(({ entry, count, position }) => ({ ...entry, count, position }));
    },
    verify() {
      using reader = new JournalReader(folder.file);
      return verifyJournal(reader);
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      folder[Symbol.dispose]();
    },
  };
}

async function named({ server }: Recorded, name: string): Promise<RawClient> {
  const client = await RawClient.join(server.port);
  await client.request("hello", { name });
  return client;
}

Deno.test("a run is recorded with its sender, executors, statuses and counts, a command with its count", async () => {
  await using recorded = await record();
  await using alice = await named(recorded, "alice");
  await using bob = await named(recorded, "bob");
  await using carol = await named(recorded, "carol");
  for (let i = 0; i < 3; i++) alice.notify("run", { command: "ping", args: ["a"] });
  alice.notify("run", { command: "ping", args: ["b"], to: [2] });
  alice.ask("run", { command: "uptime", args: ["x"] });
  for (const [client, code] of [[bob, 0], [carol, 1]] as const) {
    const { json } = await client.next(({ json }) => json?.method === "execute" && json.id !== undefined);
    client.respond(json.id, { code });
  }
  await recorded.server.until(({ event }) => event === "run_ended");
  await bob.request("run", { command: "ping", to: [0] });
  const entries = await recorded.entries();
  const of = (kind: AuditEntry["kind"]) => entries.filter((entry) => entry.kind === kind);
  const by = (entry: AuditEntry) => {
    assert("by" in entry && entry.by !== undefined);
    const { name, rank } = entry.by;
    return [name, rank];
  };
  const [run] = of("run");
  assert(run?.kind === "run");
  const { command, args, executors, statuses, counts } = run;
  assertEquals([...by(run), command, args], ["alice", 0, "uptime", ["x"]]);
  assertEquals([executors.length, statuses], [2, ["ok", "failed"]]);
  assertEquals([counts.ok, counts.failed, counts.lost], [1, 1, 0]);
  const commands = of("command").map((entry) =>
    entry.kind === "command" && [entry.args, entry.executors, entry.count]
  );
  assertEquals(commands, [[["a"], 2, 3], [["b"], 1, 1]]);
  const [refusal] = of("refusal");
  assert(refusal?.kind === "refusal");
  assertEquals([...by(refusal), refusal.reason], ["bob", 1, "outranked"]);
  assertEquals([entries[0]!.kind, entries.at(-1)!.kind], ["server_start", "server_stop"]);
  const { runs, commands: sent } = recorded.verify();
  assertEquals([runs, sent], [1, 4]);
});

Deno.test("without arguments, the audit has none, while the log may show them, and the reverse", async () => {
  for (const recordsArguments of [true, false]) {
    const toml = `[log]\narguments = ${!recordsArguments}`;
    await using recorded = await record({ toml }, recordsArguments);
    await using alice = await named(recorded, "alice");
    await using _bob = await named(recorded, "bob");
    for (const args of [["secret 1"], ["secret 2"], ["secret 2"]]) {
      alice.notify("run", { command: "ping", args });
    }
    alice.notify("run", { command: "ping", args: ["secret"], to: [1] });
    alice.ask("run", { command: "ping", args: ["secret"] });
    await alice.request("run", { command: "a secret", args: ["secret"] });
    const entries = await recorded.entries();
    const commands = entries.filter(({ kind }) => ["command", "refusal", "run"].includes(kind));
    assertEquals(JSON.stringify(commands).includes("secret"), recordsArguments);
    assertEquals(JSON.stringify(recorded.server.events).includes("secret"), !recordsArguments);
    const counts = commands.filter(({ kind }) => kind === "command").map(({ count }) => count);
    assertEquals(counts, recordsArguments ? [1, 2, 1] : [4]);
  }
});

Deno.test("logins, failed ones, evictions, raises and new tokens are recorded, and no token is", async () => {
  const tokens = tokensToml({ ops: "evict = true", web: "" });
  await using recorded = await record({ tokens, toml: "[auth]\nfailure_delay_ms = 0" });
  const { port } = recorded.server;
  await using ops = await login(port, "ops");
  await using _web = await login(port, "web");
  await using stranger = await RawClient.connect(port);
  stranger.ask("hello", { token: "a wrong token" });
  await recorded.server.until(({ event }) => event === "login_refused");
  recorded.server.server.raise({ rank: 1 });
  await ops.request("evict", { rank: 0 });
  recorded.server.server.evict({ rank: 0 });
  recorded.server.server.replaceTokens([]);
  const entries = await recorded.entries();
  const kinds = entries.map(({ kind }) => kind);
  assertEquals(kinds, [
    "server_start",
    "login",
    "login",
    "login_failure",
    "raise",
    "eviction",
    "eviction",
    "tokens",
    "server_stop",
  ]);
  const evictions = entries.filter((entry) => entry.kind === "eviction");
  assertEquals(evictions.map(({ by }) => by?.identity), ["ops", undefined]);
  assert(!JSON.stringify(entries).includes("wrong token"));
  recorded.verify();
});

Deno.test("the records of a server with random clients violate no guarantee", async () => {
  const seed = drawSeed();
  console.log(`seed ${seed}`);
  let state = seed >>> 0;
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
  await using recorded = await record({ toml: "max_clients = 12\n[session]\noverflow = 'wait'" });
  const clients: RawClient[] = [];
  for (let i = 0; i < 150; i++) {
    if (clients.length < 4 || (clients.length < 16 && random(3) === 0)) {
      clients.push(await RawClient.connect(recorded.server.port));
      clients.at(-1)!.ask("hello", { name: `c${i}`, resumable: true });
      continue;
    }
    const client = clients[random(clients.length)]!;
    const params = { command: "ping", ...(random(3) === 0 ? { to: [random(12)] } : {}) };
    switch (random(6)) {
      case 0:
        clients.splice(clients.indexOf(client), 1);
        await client.close();
        break;
      case 1:
        client.ask("yield", {});
        break;
      case 2:
        for (let n = random(5); n >= 0; n--) client.notify("run", params);
        break;
      default:
        client.ask("run", { ...params, timeout_ms: 50 });
    }
    if (random(4) === 0) await new Promise((resolve) => setTimeout(resolve, random(8)));
  }
  const entries = await recorded.entries();
  for (const client of clients) await client.close();
  const { runs, commands, records } = recorded.verify();
  assertEquals(runs, entries.filter(({ kind }) => kind === "run").length);
  assert(runs > 5 && commands > 5 && records > 50, JSON.stringify({ runs, commands, records }));
});
