import { assert, assertEquals } from "@std/assert";
import { eventText } from "../../src/log/event_text.ts";
import { levelOf, type ServerEvent } from "../../src/log/server_event.ts";

const at = { ip: "10.0.0.7", port: 51_234 };

/** One event of each kind and its line; a kind that is missing here does not compile. */
const MISSING =
  "Warning: 0.0.0.0 can be reached from other machines, and there are no tokens and no TLS: anybody may " +
  "take a seat, and what is sent can be read and changed on the way; see docs/security.md";

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
    "Client ('10.0.0.7', 51234) refused: full (20 of 20 seats are taken)",
  ],
  client_turned_away: [
    { event: "client_turned_away", ...at, reason: "rate_limited", message: "too many", count: 3 },
    `Client ('10.0.0.7', 51234) turned away: rate_limited (too many); 3 of them since the last such line`,
  ],
  foreign_protocol: [
    { event: "foreign_protocol", ...at, protocol: "HTTP", count: 1 },
    "Client ('10.0.0.7', 51234) closed: it spoke HTTP",
  ],
  client_identified: [
    { event: "client_identified", ...at, identity: "web-3" },
    `Client ('10.0.0.7', 51234) has the token of web-3`,
  ],
  login_refused: [
    { event: "login_refused", ...at, message: "this token is not good" },
    `Client ('10.0.0.7', 51234) is not let in: this token is not good`,
  ],
  client_rate_limited: [
    { event: "client_rate_limited", ...at, count: 12 },
    `Client ('10.0.0.7', 51234) asked for too much: refused 12 times`,
  ],
  tokens_replaced: [
    { event: "tokens_replaced", tokens: 3, revoked: 1 },
    "Tokens in force: 3; connections closed for theirs: 1",
  ],
  client_named: [
    { event: "client_named", ...at, rank: 3, name: "web" },
    "Client ('10.0.0.7', 51234) at rank 3 is named web",
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
  yield_requested: [
    { event: "yield_requested", ...at, rank: 0, ticket: 9, within_ms: 5_000 },
    "Client ('10.0.0.7', 51234) at rank 0 must yield within 5000 ms",
  ],
  client_away: [
    { event: "client_away", ...at, rank: 0, ticket: 9, reason: "reset", keep_ms: 5_000 },
    "Client ('10.0.0.7', 51234) is away from rank 0: reset; its seat is kept for 5000 ms",
  ],
  client_back: [
    { event: "client_back", ...at, rank: 0, ticket: 9 },
    "Client ('10.0.0.7', 51234) took back rank 0",
  ],
  client_waiting: [
    { event: "client_waiting", ...at, position: 4 },
    "Client ('10.0.0.7', 51234) waits for a seat: number 4",
  ],
  client_evicted: [
    { event: "client_evicted", ...at, rank: 0, ticket: 9, keep_ms: 700 },
    "Client ('10.0.0.7', 51234) evicted from rank 0; its seat stays empty for 700 ms",
  ],
  seats_restored: [
    { event: "seats_restored", count: 3, keep_ms: 5_000 },
    "3 seats are kept for up to 5000 ms, as before the restart",
  ],
  store_opened: [
    { event: "store_opened", path: "/var/lib/rankserver/seats.db", is_new: true },
    "Store of seats: /var/lib/rankserver/seats.db (new)",
  ],
  store_failed: [
    { event: "store_failed", message: "database or disk is full" },
    "Cannot write the store of seats: database or disk is full",
  ],
  store_recovered: [{ event: "store_recovered" }, "The store of seats is written again and lacks nothing"],
  clients_promoted: [
    { event: "clients_promoted", count: 900, first: 100, last: 999, epoch: 13 },
    "900 clients promoted, now ranks 100 to 999",
  ],
  command_accepted: [
    { event: "command_accepted", ...at, rank: 0, command: "uptime", executors: 1, count: 1, run: 5 },
    "Client ('10.0.0.7', 51234) at rank 0 commands uptime: 1 executor, run 5",
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
    "Client ('10.0.0.7', 51234) at rank 2 refused ping: outranked (rank 0 is above you)",
  ],
  run_ended: [
    { event: "run_ended", run: 5, command: "uptime", counts: { ok: 2, failed: 0, lost: 1 }, ms: 40 },
    "Run 5 (uptime) ended after 40 ms: 2 ok, 1 lost",
  ],
  message_refused: [
    {
      event: "message_refused",
      ...at,
      reason: "parse_error",
      message: "Cannot read the line as JSON",
      count: 3,
    },
    "Client ('10.0.0.7', 51234) sent what cannot be answered 3 times: parse_error (Cannot read the line as JSON)",
  ],
  accept_failed: [
    { event: "accept_failed", message: "Too many open files", retry_ms: 20 },
    "Cannot accept a connection: Too many open files; next try in 20 ms",
  ],
  fault: [{ event: "fault", where: "method run", message: "oh" }, "Fault in method run: oh"],
  lines_dropped: [
    { event: "lines_dropped", count: 7 },
    "7 log lines were dropped: standard output was full or read too slowly",
  ],
  draining: [
    { event: "draining", signal: "SIGTERM", members: 3, runs: 1 },
    "Shutting down (SIGTERM): 3 clients, 1 run in flight",
  ],
  handshake_failed: [
    { event: "handshake_failed", ...at, message: "it did not speak TLS", count: 3 },
    "Client ('10.0.0.7', 51234) failed in the TLS handshake 3 times: it did not speak TLS",
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
    "Configuration read again: new commands (added df), certificate; needs a restart: port, log.format",
  ],
  reload_failed: [
    { event: "reload_failed", message: "s.toml:1:1: unknown key" },
    "Configuration not taken over, everything stays as it was: s.toml:1:1: unknown key",
  ],
  stopped: [{ event: "stopped" }, "Server stopped"],
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

Deno.test("commands of one read are one line with their number, without a run for notifications", () => {
  const event = {
    event: "command_accepted",
    ...at,
    rank: 0,
    command: "uptime",
    executors: 20,
    count: 50,
  } as const;
  assertEquals(
    eventText(event),
    "Client ('10.0.0.7', 51234) at rank 0 commands uptime 50 times: 20 executors",
  );
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
        "config_warning",
        "exposed",
        "foreign_protocol",
        "handshake_failed",
        "lines_dropped",
        "login_refused",
      ].map((kind) => [kind, "warning"]),
      ...["fault", "reload_failed", "store_failed"].map((kind) => [kind, "error"]),
    ].sort(),
  );
});
