import { assertEquals } from "@std/assert";
import { helpLines } from "../../../../src/client/terminal/terminal_requests.ts";
import { dryRunLines } from "../../../../src/client/terminal/screen/screen_dry_run.ts";
import { CLIENT_BOUNDS } from "../../../../src/config/keys/client_bounds.ts";
import { KnownNames } from "../../../../src/client/terminal/screen/screen_names.ts";
import {
  addResult,
  progressLine,
  startProgress,
} from "../../../../src/client/terminal/screen/screen_progress.ts";
import { promptText } from "../../../../src/client/terminal/screen/screen_prompt.ts";
import { rosterLines } from "../../../../src/client/terminal/screen/screen_roster.ts";
import { PLAIN } from "../../../../src/client/output/screen_style.ts";
import { textWidth } from "../../../../src/client/terminal/screen/screen_width.ts";

const member = (rank: number, name = `web-${rank}`) => ({
  rank,
  ticket: rank + 100,
  name,
  address: `10.0.0.${rank}:999`,
  since: "2025-01-02T03:04:05.678Z",
});

Deno.test("prompt: never fewer members than our own rank says", () => {
  assertEquals(promptText({ rank: 1, members: 4 }), "rank 1 of 4> ");
  assertEquals(promptText({ rank: 4, members: 4 }), "rank 4 of 5> ");
  assertEquals(promptText(undefined), "offline> ");
});

Deno.test("progress: answers that were not expected raise the total", () => {
  let progress = startProgress("uptime", 1);
  assertEquals(progressLine(progress), "uptime: 0 of 1 (Ctrl-C cancels)");
  progress = addResult(addResult(addResult(progress, "timed_out"), "ok"), "ok");
  assertEquals(progressLine(progress), "uptime: 3 of 3: 2 ok, 1 timed out (Ctrl-C cancels)");
});

Deno.test("roster: columns stay in line under wide names, and strangers' names cannot drive the terminal", () => {
  const members = [member(0, "日本"), member(1, "\x1b[2J"), member(2, "n".repeat(60))];
  const lines = rosterLines({ epoch: 1, capacity: 3, members, you: 1 }, { width: 200, style: PLAIN, now: 0 });
  assertEquals(lines[0], "3 of 3 seats are taken");
  const addressAt = lines.slice(2).map((line) => textWidth(line.slice(0, line.indexOf("10.0.0."))));
  assertEquals(new Set(addressAt).size, 1);
  assertEquals(lines[3]!.slice(0, 17), ">    1  \\x1b[2J  ");
});

Deno.test("roster: on a narrow terminal the least important columns give way", () => {
  const roster = { epoch: 1, capacity: 2, members: [member(0)], you: 0 };
  const head = (width: number) => rosterLines(roster, { width, style: PLAIN, now: 0 })[1]!.trim().split(/ +/);
  assertEquals(head(80), ["rank", "name", "address", "connected", "ticket"]);
  assertEquals(head(34), ["rank", "name", "address"]);
  assertEquals(head(5), ["rank", "name"]);
});

Deno.test("dry run: every target's verdict, equal ones together, then the whole", () => {
  const refused = { would_run: false, reason: "outranked", message: "rank 0 is above you" };
  assertEquals(
    dryRunLines({
      dry_run: true,
      accepted: false,
      executors: 3,
      results: [{ rank: 3, would_run: true }, { rank: 0, ...refused }, { rank: 2, would_run: true }],
      reason: "outranked",
      message: "rank 0 is above you",
    }, PLAIN),
    [
      "  rank 0: refused: rank 0 is above you",
      "  ranks 2-3: would receive it",
      "Refused: rank 0 is above you (outranked)",
      "Nothing was sent",
    ],
  );
});

Deno.test("names: known from a roster and from arrivals, forgotten with the departure and the connection", () => {
  const names = new KnownNames(CLIENT_BOUNDS);
  names.load({ epoch: 1, capacity: 9, members: [member(0), member(1)], you: 0 });
  const change = {
    epoch: 2,
    members: 2,
    joined: [member(2)],
    left: [100],
    renamed: [{ ticket: 101, name: "db" }],
  };
  names.apply({ kind: "roster_changed", change });
  assertEquals([100, 101, 102].map((ticket) => names.of(ticket)), [undefined, "db", "web-2"]);
  names.apply({ kind: "disconnected", why: "reset" });
  assertEquals(names.of(101), undefined);
});

Deno.test("names: those known longest are forgotten beyond the limit, and one too long is not remembered", () => {
  const names = new KnownNames({ namesKnown: 2, nameLength: 5 });
  const join = (ticket: number, name: string) =>
    names.apply({
      kind: "roster_changed",
      change: { epoch: ticket, members: 9, joined: [{ ...member(0), ticket, name }], left: [], renamed: [] },
    });
  join(1, "one");
  join(2, "two");
  join(1, "again");
  join(3, "three");
  join(4, "too long");
  assertEquals([1, 2, 3, 4].map((ticket) => names.of(ticket)), ["again", undefined, "three", undefined]);
});

Deno.test("help: fits eighty columns", () => {
  for (const line of helpLines(PLAIN)) assertEquals(textWidth(line) <= 80, true, line);
});
