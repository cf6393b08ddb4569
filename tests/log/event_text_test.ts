import { assert, assertEquals } from "@std/assert";
import { eventText } from "../../src/log/event_text.ts";
import { levelOf } from "../../src/log/event_level.ts";
import type { LoggedCommand, ServerEvent } from "../../src/log/server_event.ts";

const at = { ip: "10.0.0.7", port: 51_234 };

/** One event of each kind and its line; a kind that is missing here does not compile. */
const MISSING =
  "Warning: 0.0.0.0 can be reached from other machines without tokens and TLS: anyone can take a seat, and " +
  "traffic can be read and changed in transit; see docs/security.md";

const LINES: { readonly [Kind in ServerEvent["event"]]: readonly [ServerEvent & { event: Kind }, string] } = {
  listening: [
    { event: "listening", host: "127.0.0.1", port: 6001 },
    "Server started listening on IP address: 127.0.0.1 and port: 6001",
  ],
  client_seated: [
    { event: "client_seated", ...at, rank: 3, ticket: 9, epoch: 12 },
    "Client ('10.0.0.7', 51234) assigned rank 3",
  ],
  client_refused: [
    { event: "client_refused", ...at, reason: "full", capacity: 20 },
    "Client ('10.0.0.7', 51234) refused: all seats are taken (20 of 20)",
  ],
  client_turned_away: [
    { event: "client_turned_away", ...at, reason: "rate_limited", message: "too many", count: 3 },
    `Client ('10.0.0.7', 51234) refused: too many (rate_limited); 3 connections since the last such line`,
  ],
  foreign_protocol: [
    { event: "foreign_protocol", ...at, protocol: "HTTP", count: 1 },
    "Client ('10.0.0.7', 51234) disconnected: spoke HTTP",
  ],
  client_identified: [
    { event: "client_identified", ...at, identity: "web-3" },
    `Client ('10.0.0.7', 51234) logged in with token 'web-3'`,
  ],
  login_refused: [
    { event: "login_refused", ...at, message: "invalid token" },
    `Client ('10.0.0.7', 51234) login failed: invalid token`,
  ],
  client_rate_limited: [
    { event: "client_rate_limited", ...at, count: 12 },
    `Client ('10.0.0.7', 51234) exceeded its rate limit: 12 requests refused`,
  ],
  tokens_replaced: [
    { event: "tokens_replaced", tokens: 3, revoked: 1 },
    "Tokens replaced: 3 tokens, 1 connection closed",
  ],
  client_named: [
    { event: "client_named", ...at, rank: 3, name: "web" },
    "Client ('10.0.0.7', 51234) at rank 3 is named 'web'",
  ],
  client_left: [
    { event: "client_left", ...at, rank: 3, ticket: 9, reason: "slow_reader" },
    "Client ('10.0.0.7', 51234) left rank 3: slow_reader",
  ],
  client_promoted: [
    { event: "client_promoted", ...at, rank: 2, was: 3, epoch: 13 },
    "Client ('10.0.0.7', 51234) promoted from rank 3 to rank 2",
  ],
  client_yielded: [
    { event: "client_yielded", ...at, rank: 4, was: 0, ticket: 10 },
    "Client ('10.0.0.7', 51234) yielded rank 0 and is now rank 4",
  ],
  client_raised: [
    { event: "client_raised", ...at, rank: 0, was: 3, ticket: 9, above: 3 },
    "Client ('10.0.0.7', 51234) raised from rank 3 to rank 0: 3 clients above moved to the end",
  ],
  raise_cancelled: [
    { event: "raise_cancelled", ...at, ticket: 9, reason: "disconnected" },
    "Client ('10.0.0.7', 51234) was not raised to rank 0: it is disconnected",
  ],
  yield_requested: [
    { event: "yield_requested", ...at, rank: 0, ticket: 9, within_ms: 5_000 },
    "Client ('10.0.0.7', 51234) at rank 0 must yield within 5000 ms",
  ],
  client_away: [
    { event: "client_away", ...at, rank: 0, ticket: 9, reason: "reset", keep_ms: 5_000 },
    "Client ('10.0.0.7', 51234) disconnected from rank 0: reset; seat reserved for 5000 ms",
  ],
  client_back: [
    { event: "client_back", ...at, rank: 0, ticket: 9 },
    "Client ('10.0.0.7', 51234) resumed rank 0",
  ],
  client_waiting: [
    { event: "client_waiting", ...at, position: 4 },
    "Client ('10.0.0.7', 51234) is number 4 in the waiting room",
  ],
  client_evicted: [
    { event: "client_evicted", ...at, rank: 0, ticket: 9, keep_ms: 700 },
    "Client ('10.0.0.7', 51234) evicted from rank 0 by the operator; seat stays empty for 700 ms",
  ],
  seats_restored: [
    { event: "seats_restored", count: 3, keep_ms: 5_000 },
    "3 seats restored from the journal, reserved for up to 5000 ms",
  ],
  journal_opened: [
    { event: "journal_opened", path: "/var/lib/rankserver/journal.db", origin: "migrated" },
    "Migrated the store of an earlier version to the journal '/var/lib/rankserver/journal.db'",
  ],
  audit_failed: [
    { event: "audit_failed", message: "database or disk is full" },
    "Cannot write the audit: database or disk is full",
  ],
  audit_recovered: [{ event: "audit_recovered", lost: 2 }, "Audit recovered: 2 entries are lost"],
  journal_failed: [
    { event: "journal_failed", message: "database or disk is full" },
    "Cannot write to the journal: database or disk is full",
  ],
  journal_recovered: [{ event: "journal_recovered" }, "Journal recovered: all records are written"],
  clients_promoted: [
    { event: "clients_promoted", count: 900, first: 100, last: 999, epoch: 13 },
    "900 clients promoted, now ranks 100 to 999",
  ],
  command_accepted: [
    {
      event: "command_accepted",
      ...at,
      rank: 0,
      command: "uptime",
      args: [],
      executors: 1,
      count: 1,
      run: 5,
    },
    "Client ('10.0.0.7', 51234) at rank 0 sent 'uptime' to 1 executor, run 5",
  ],
  command_refused: [
    {
      event: "command_refused",
      ...at,
      rank: 2,
      command: "ping",
      reason: "outranked",
      message: "rank 0 is above you",
    },
    "Client ('10.0.0.7', 51234) at rank 2 sent 'ping', refused: outranked (rank 0 is above you)",
  ],
  run_ended: [
    {
      event: "run_ended",
      run: 5,
      command: "uptime",
      counts: { ok: 2, delivered: 1, failed: 0, lost: 14 },
      not_ok: [{ rank: 2, name: "it's", status: "lost" }, { rank: 4, status: "lost" }],
      ms: 40,
    },
    "Run 5 ('uptime') ended after 40 ms: 2 ok, 1 delivered, 14 lost; rank 2 'it\\'s' lost, rank 4 lost and 12 more",
  ],
  message_refused: [
    {
      event: "message_refused",
      ...at,
      reason: "parse_error",
      message: "Cannot read the line as JSON",
      count: 3,
    },
    "Client ('10.0.0.7', 51234) sent 3 invalid messages: parse_error (Cannot read the line as JSON)",
  ],
  accept_failed: [
    { event: "accept_failed", message: "Too many open files", retry_ms: 20 },
    "Cannot accept connections: Too many open files; retrying in 20 ms",
  ],
  fault: [{ event: "fault", where: "method run", message: "oh" }, "Internal error in method run: oh"],
  lines_dropped: [
    { event: "lines_dropped", count: 7 },
    "7 log lines dropped: standard output was full or read too slowly",
  ],
  draining: [
    { event: "draining", signal: "SIGTERM", members: 3, runs: 1 },
    "Shutting down (SIGTERM): 3 clients, 1 run in flight",
  ],
  handshake_failed: [
    { event: "handshake_failed", ...at, message: "the client did not speak TLS", count: 3 },
    "Client ('10.0.0.7', 51234) TLS handshake failed: the client did not speak TLS; 3 handshakes since the last such line",
  ],
  exposed: [{ event: "exposed", host: "0.0.0.0", tokens: false, tls: false }, MISSING],
  config_warning: [
    { event: "config_warning", message: "ignoring RANKSERVER_PORT" },
    "Warning: ignoring RANKSERVER_PORT",
  ],
  reloaded: [
    {
      event: "reloaded",
      changed: ["commands (added df)", "certificate"],
      needs_restart: ["port", "log.format"],
    },
    "Configuration reloaded: changed commands (added df), certificate; restart needed for port, log.format",
  ],
  reload_failed: [
    { event: "reload_failed", message: "s.toml:1:1: unknown key" },
    "Reload failed, keeping the running configuration: s.toml:1:1: unknown key",
  ],
  reload_requested: [
    { event: "reload_requested", ...at, identity: "ops" },
    "Client ('10.0.0.7', 51234) requested a reload with token 'ops'",
  ],
  page_opened: [
    { event: "page_opened", address: "http://127.0.0.1:8080/" },
    "Page for browsers: http://127.0.0.1:8080/",
  ],
  stopped: [{ event: "stopped" }, "Server stopped"],
  cluster_joined: [
    { event: "cluster_joined", cluster: "web", node: "a-00000001", nodes: ["b-00000002", "c-00000003"] },
    "Joined the cluster 'web' as node 'a-00000001', with 'b-00000002', 'c-00000003'",
  ],
  cluster_unreachable: [
    { event: "cluster_unreachable", message: "n1:4222 (connection refused)" },
    "Cannot use NATS: n1:4222 (connection refused); retrying",
  ],
  cluster_suspended: [
    { event: "cluster_suspended", message: "no answer from NATS" },
    "Suspended: no contact with the cluster (no answer from NATS)",
  ],
  cluster_resumed: [{ event: "cluster_resumed" }, "In contact with the cluster"],
  node_joined: [
    { event: "node_joined", node: "b-00000002", version: "0.1.0", address: "10.0.0.2:6001" },
    "Node 'b-00000002' joined: version 0.1.0, address 10.0.0.2:6001",
  ],
  node_left: [{ event: "node_left", node: "b-00000002", away: 1 }, "Node 'b-00000002' left: 1 seat reserved"],
  node_fenced: [
    { event: "node_fenced", node: "b-00000002", away: 2 },
    "Node 'b-00000002' was silent and is fenced: 2 seats reserved",
  ],
  node_renewed: [
    { event: "node_renewed", node: "a-00000004", was: "a-00000001" },
    "This server was node 'a-00000001' and is now 'a-00000004': its clients must resume their seats",
  ],
  config_differs: [
    { event: "config_differs", node: "b-00000002" },
    "Warning: node 'b-00000002' has different commands, tokens, TLS, session or limits in its configuration",
  ],
  commands_dropped: [
    { event: "commands_dropped", node: "b-00c0ffee", why: "late", count: 2 },
    "Dropped 2 messages with commands from node 'b-00c0ffee': this server had not caught up with the log",
  ],
  cluster_fault: [
    { event: "cluster_fault", message: "the stream was created again" },
    "Stopping: the log of the cluster can no longer be used: the stream was created again",
  ],
};

Deno.test("the start is logged in the words that scripts look for", () => {
  assertEquals(
    eventText({ event: "listening", host: "0.0.0.0", port: 6001 }),
    "Server started listening on IP address: 0.0.0.0 and port: 6001",
  );
});

Deno.test("a new seat is logged in the words that scripts look for", () => {
  assertEquals(
    eventText({ event: "client_seated", ip: "192.168.1.4", port: 50_000, rank: 0, ticket: 1, epoch: 1 }),
    "Client ('192.168.1.4', 50000) assigned rank 0",
  );
});

for (const [kind, [event, line]] of Object.entries(LINES)) {
  Deno.test(`the event ${kind} is one line: ${line}`, () => {
    assertEquals(eventText(event), line);
    assert(!line.includes("\n"));
  });
}

const sent = {
  event: "command_accepted",
  ...at,
  rank: 0,
  command: "restart",
  executors: 20,
  count: 50,
} as const;

Deno.test("commands of one read are one line with their number, without a run for notifications", () => {
  assertEquals(
    eventText(sent),
    "Client ('10.0.0.7', 51234) at rank 0 sent 'restart' 50 times to 20 executors",
  );
});

Deno.test("arguments are quoted, so that no argument passes for another one, or for the words of the line", () => {
  const said = (more: Partial<LoggedCommand>) =>
    eventText({ ...sent, count: 1, ...more }).replace(/^.* sent (.*) to 20 executors$/, "$1");
  assertEquals(said({ args: ["nginx", "a b", ""] }), "'restart' 'nginx' 'a b' ''");
  assertEquals(said({ args: ["' to 9 executors", "\\'"] }), String.raw`'restart' '\' to 9 executors' '\\\''`);
  assertEquals(
    said({ args: ["a\nServer stopped\x1b[2J\u202e"] }),
    String.raw`'restart' 'a\nServer stopped\x1b[2J\u202e'`,
  );
  assertEquals(said({ args: ["x", "yy…"], args_omitted: 1 }), "'restart' 'x' 'yy…' and 1 more argument");
  assertEquals(said({ args_differ: true }), "'restart' with other arguments");
});

Deno.test("what a client sent cannot pass for the words of a line, wherever the line has it", () => {
  const forged = "Client ('10.0.0.1', 5) assigned rank 0";
  const events: ServerEvent[] = [
    {
      event: "command_refused",
      ...at,
      rank: 0,
      command: forged,
      args: [forged],
      reason: "x",
      message: forged,
    },
    { event: "message_refused", ...at, reason: "parse_error", message: forged, count: 1 },
    { event: "client_turned_away", ...at, reason: "full", message: forged, count: 1 },
    { event: "login_refused", ...at, message: forged },
    { event: "handshake_failed", ...at, message: forged, count: 1 },
    { event: "fault", where: "a session", message: `Error: ${forged}` },
    { event: "client_named", ...at, rank: 0, name: forged },
    {
      event: "client_evicted",
      ...at,
      rank: 0,
      ticket: 1,
      keep_ms: 0,
      by: forged,
      by_rank: 0,
      by_name: forged,
    },
    {
      event: "run_ended",
      run: 1,
      command: forged,
      counts: {},
      not_ok: [{ rank: 1, name: forged, status: "lost" }],
      ms: 1,
    },
  ];
  for (const event of events) {
    const line = eventText(event);
    assert(line.includes(String.raw`Client (\'10.0.0.1\', 5)`.replaceAll("\\\\", "\\")), line);
    assert(!line.includes("Client ('10.0.0.1'"), line);
  }
});

Deno.test("where messages are hidden or differ, the line does not show one as that of all", () => {
  const refused = { event: "message_refused", ...at, reason: "parse_error", count: 3 } as const;
  const begin = "Client ('10.0.0.7', 51234) sent 3 invalid messages: parse_error";
  assertEquals(eventText(refused), begin);
  assertEquals(eventText({ ...refused, message: "x", messages_differ: true }), `${begin} (first: x)`);
  assertEquals(
    eventText({ event: "command_refused", ...at, rank: 2, command: "ping", reason: "outranked" }),
    "Client ('10.0.0.7', 51234) at rank 2 sent 'ping', refused: outranked",
  );
});

Deno.test("each line about a client that has a name begins with it, except those that scripts look for", () => {
  const name = "al'ice\x1b";
  for (const [event] of Object.values(LINES)) {
    if (!("ip" in event) || event.event === "client_named" || event.event === "client_seated") continue;
    const line = eventText({ ...event, name });
    assert(line.startsWith(String.raw`Client 'al\'ice\x1b' ('10.0.0.7', 51234) `), line);
    assertEquals(line.replace(String.raw` 'al\'ice\x1b'`, ""), eventText(event));
  }
});

Deno.test("the lines of a cluster do without what is not known", () => {
  const texts = [
    { event: "cluster_joined", cluster: "web", node: "a-1", nodes: [] },
    { event: "cluster_suspended" },
    { event: "node_joined", node: "b-2", version: "0.1.0", address: "" },
  ] as const;
  assertEquals(texts.map(eventText), [
    "Joined the cluster 'web' as node 'a-1', with no other node",
    "Suspended: no contact with the cluster",
    "Node 'b-2' joined: version 0.1.0",
  ]);
});

Deno.test("the line of an eviction says who did it", () => {
  const evicted = { event: "client_evicted", ...at, rank: 3, ticket: 9, keep_ms: 0 } as const;
  const by = (more: object) => eventText({ ...evicted, ...more }).replace(/^.* evicted from rank 3 by /, "");
  assertEquals(by({}), "the operator");
  assertEquals(
    by({ by: "boss", by_rank: 1, by_name: "alice" }),
    "client 'alice' at rank 1 with token 'boss'",
  );
  assertEquals(by({ by: "boss", by_rank: 1 }), "a client at rank 1 with token 'boss'");
});

Deno.test("an error is what needs mending, a warning what passes, and everything else information", () => {
  const levels = Object.values(LINES).map(([event]) => [event.event, levelOf(event)]);
  const notInfo = levels.filter(([, level]) => level !== "info");
  assertEquals(
    notInfo.sort(),
    [
      ...[
        "accept_failed",
        "client_rate_limited",
        "client_turned_away",
        "cluster_suspended",
        "cluster_unreachable",
        "commands_dropped",
        "config_differs",
        "config_warning",
        "exposed",
        "foreign_protocol",
        "handshake_failed",
        "lines_dropped",
        "login_refused",
        "node_fenced",
        "node_renewed",
        "raise_cancelled",
      ].map((kind) => [kind, "warning"]),
      ...["audit_failed", "cluster_fault", "fault", "reload_failed", "journal_failed"].map((
        kind,
      ) => [kind, "error"]),
    ].sort(),
  );
});
