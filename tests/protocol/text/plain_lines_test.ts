// What the server writes to a person's terminal: whatever strangers put into it, it stays plain lines.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { ErrorReason } from "../../../src/protocol/json_rpc/errors.ts";
import { parseLine } from "../../../src/protocol/json_rpc/json_rpc.ts";
import { type Member, type RunResult, type RunSummary, STATUSES } from "../../../src/protocol/methods/mod.ts";
import {
  executeLine,
  noteToJson,
  noteToText,
  refusedLine,
  type ServerNote,
} from "../../../src/protocol/text/server_note.ts";
import {
  dryRunLines,
  HELP_LINES,
  resultLines,
  rosterLines,
  summaryLine,
} from "../../../src/protocol/text/text_lines.ts";
import { agoTextOf } from "../../../src/time/ago.ts";
import { acts } from "../../support/acting_text.ts";
import { holds } from "../../support/seed.ts";
import { SERVER_LIMITS } from "../../support/client/server_limits.ts";

const ago = (time: string) => agoTextOf(time, 0);

/** Text of a stranger: anything, and often what a terminal acts on. */
const strange = fc.array(
  fc.oneof(
    fc.constantFrom(
      "\u001b[2J",
      "\u009b",
      "\n",
      "\r\n",
      "\u0007",
      "\u202e",
      "\u2028",
      "\u061c",
      "\0",
      "\ud800",
      "\ufeff",
    ),
    fc.string({ unit: "binary", maxLength: 5 }),
    fc.constantFrom("a", "name", "ä€\u{1f600}"),
  ),
  { maxLength: 8 },
).map((parts) => parts.join(""));
const count = fc.nat(100_000);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const results: fc.Arbitrary<RunResult> = fc.record({
  rank: count,
  ticket: count,
  name: strange,
  status: fc.constantFrom(...STATUSES),
  code: maybe(fc.integer()),
  signal: maybe(strange),
  stdout: maybe(strange),
  stderr: maybe(strange),
  reason: maybe(strange),
  cut: maybe(fc.boolean()),
}).map((result) => JSON.parse(JSON.stringify(result)));
const TIMES = { heartbeat_ms: 1, silence_ms: 2, resume_grace_ms: 3, lease_ms: 4, lead_after_ms: 5 };
const members: fc.Arbitrary<Member> = fc.record({
  rank: count,
  ticket: count,
  name: strange,
  address: strange,
  since: strange,
});
const notes: fc.Arbitrary<ServerNote> = fc.oneof(
  fc.record({
    rank: count,
    ticket: count,
    epoch: count,
    members: count,
    capacity: count,
    commands: fc.array(strange),
    protocol: count,
    limits: fc.constant(SERVER_LIMITS),
    times: fc.constant(TIMES),
  }).map((params): ServerNote => ({ method: "welcome", params })),
  fc.record({ rank: count, was: count, epoch: count, members: count })
    .map((params): ServerNote => ({ method: "promoted", params })),
  results.map((result): ServerNote => ({ method: "result", params: { run: 1, ...result } })),
  fc.record({
    epoch: count,
    members: count,
    joined: fc.array(members, { maxLength: 3 }),
    left: fc.array(count),
    renamed: fc.array(fc.record({ ticket: count, name: strange }), { maxLength: 3 }),
  }).map((params): ServerNote => ({ method: "roster_changed", params })),
  fc.record({
    method: strange,
    command: strange,
    code: count,
    message: strange,
    data: fc.record({ reason: strange }),
  })
    .map((params): ServerNote => ({ method: "refused", params })),
  fc.record({ reason: strange, message: strange }).map((params): ServerNote => ({
    method: "closing",
    params,
  })),
  count.map((id): ServerNote => ({ method: "cancel", params: { id } })),
);

Deno.test("nothing that a stranger wrote leaves a note as more than plain lines", () => {
  holds(fc.property(notes, (note) => assertPlain(noteToText(note))), { numRuns: 2_000 });
});

Deno.test("nothing that a stranger wrote leaves an answer as more than plain lines", () => {
  const summary: RunSummary = {
    ...{ executors: 1, ok: 1, failed: 0, refused: 0, delivered: 0, timed_out: 0, lost: 0, cancelled: 0 },
    results: [],
  };
  const dryRun = fc.record({
    dry_run: fc.constant(true as const),
    accepted: fc.boolean(),
    executors: count,
    results: fc.array(
      fc.record({
        rank: count,
        ticket: count,
        name: strange,
        would_run: fc.boolean(),
        reason: strange,
        message: strange,
      }),
      { maxLength: 3 },
    ),
    reason: strange,
    message: strange,
  });
  holds(
    fc.property(
      strange,
      fc.array(strange),
      fc.array(members),
      results,
      dryRun,
      (text, words, roster, result, dry) => {
        assertPlain(executeLine(text, words, { rank: 1, name: text }));
        assertPlain(refusedLine(text, text));
        assertPlain(resultLines(result));
        assertPlain(summaryLine(text, summary));
        assertPlain(dryRunLines(text, dry));
        assertPlain(rosterLines({ epoch: 1, capacity: 2, members: roster, you: 0 }, ago));
      },
    ),
    { numRuns: 1_000 },
  );
});

Deno.test("one executor's part of a run cannot pass for another's: every line of output is indented", () => {
  const forged = "fine\nRank 1 (db): ok\r\nRank 2 (db): ok\u2028Rank 3 (db): ok";
  const lines = resultLines({
    rank: 9,
    ticket: 9,
    name: "web\nRank 4 (db): ok",
    status: "failed",
    stdout: forged,
    stderr: forged,
  })
    .split("\n").slice(0, -1);
  assertEquals(lines.filter((line) => line.startsWith("Rank")).length, 1);
  for (const line of lines.slice(1)) assertMatch(line, /^ {2}/);
});

Deno.test("a note to a program is one line of JSON-RPC that says the same", () => {
  holds(fc.property(notes, (note) => {
    const json = noteToJson(note);
    assert(json.endsWith("\n") && json.indexOf("\n") === json.length - 1, "not one line");
    const parsed = parseLine(json.trimEnd(), 1);
    assert(parsed.kind === "notification");
    assertEquals(parsed.method, note.method);
    assertEquals(parsed.params, JSON.parse(JSON.stringify(note.params)));
  }));
});

Deno.test("a person reads where they are, and what became of the command", () => {
  const welcome = {
    ...{ rank: 1, ticket: 2, epoch: 3, members: 4, capacity: 5, protocol: 1 },
    commands: ["ping", "uptime"],
    limits: SERVER_LIMITS,
    times: TIMES,
  };
  assertEquals(
    noteToText({ method: "welcome", params: welcome }),
    "You are rank 1 of 4 (5 seats). Commands: ping, uptime. /help says more.\n",
  );
  assertEquals(
    noteToText({ method: "promoted", params: { rank: 1, was: 2, epoch: 3, members: 4 } }),
    "Promoted to rank 1 of 4, was rank 2\n",
  );
  assertEquals(
    refusedLine("outranked" satisfies ErrorReason, "rank 0 is above you"),
    "Refused: rank 0 is above you (outranked)\n",
  );
  assertEquals(
    resultLines({
      rank: 3,
      ticket: 7,
      name: "web",
      status: "failed",
      code: 2,
      stdout: "a\nb\n",
      stderr: "c",
    }),
    "Rank 3 (web): failed (exit code 2)\n  a\n  b\n  ! c\n",
  );
  assertEquals(
    resultLines({
      rank: 3,
      ticket: 7,
      name: "web",
      status: "failed",
      code: 143,
      signal: "SIGTERM",
      cut: true,
    }),
    "Rank 3 (web): failed (SIGTERM; output truncated)\n",
  );
  assertEquals(
    executeLine("restart", ["nginx", "a\nb"], { rank: 0, name: "desk" }),
    "Rank 0 (desk) commands: restart nginx a\\nb\n",
  );
});

Deno.test("the end of a run counts only what there was, and a single executor is not plural", () => {
  const none = {
    ok: 0,
    failed: 0,
    refused: 0,
    delivered: 0,
    timed_out: 0,
    lost: 0,
    cancelled: 0,
    results: [],
  };
  assertEquals(
    summaryLine("ping", { ...none, executors: 3, ok: 1, timed_out: 2 }),
    "ping ended for 3 executors: 1 ok, 2 timed out\n",
  );
  assertEquals(
    summaryLine("ping", { ...none, executors: 1, lost: 1 }),
    "ping ended for 1 executor: 1 lost\n",
  );
});

Deno.test("the roster marks the reader's own line, and has one for each of 200,000 members", () => {
  const member = (rank: number): Member => ({
    rank,
    ticket: rank + 1,
    name: `m${rank}`,
    address: "::1",
    since: "now",
  });
  const small = rosterLines({ epoch: 4, capacity: 5, members: [member(0), member(1)], you: 1 }, ago);
  assertStringIncludes(small, "2 of 5 seats are taken (epoch 4):\n");
  assertEquals(small.split("\n").filter((line) => line.startsWith(">")).length, 1);
  assertMatch(small, /^> +1 {2}m1 /m);
  const size = 200_000;
  const large = rosterLines({
    epoch: 1,
    capacity: size,
    members: Array.from({ length: size }, (_, i) => member(i)),
    you: 0,
  }, ago);
  assertEquals(large.split("\n").length, size + 2);
});

Deno.test("the help is plain lines", () => assertPlain(HELP_LINES));

/** Whole lines, nothing in them that a terminal acts on. */
function assertPlain(text: string): void {
  assert(text === "" || text.endsWith("\n"), `no line ending: ${JSON.stringify(text)}`);
  for (const line of text.split("\n")) assert(!acts(line), `unsafe: ${JSON.stringify(line)}`);
}
