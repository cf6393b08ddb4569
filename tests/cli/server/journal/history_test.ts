// `rankserver history`, `verify`, `export` and `backup`: their output and exit codes.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { historyLines } from "../../../../src/cli/server/journal/print_history.ts";
import { parseFilter } from "../../../../src/cli/server/journal/history_filter.ts";
import { JournalReader } from "../../../../src/journal/engines/read_journal.ts";
import { runClient } from "../../../support/client/client_process.ts";
import { FROM_SOURCES } from "../../../support/programs/start_process.ts";
import { JournalFolder, SampleServer, START, writeSample } from "../../../support/journal/sample_journal.ts";

interface Asked {
  readonly since?: number;
  readonly of?: string;
  readonly command?: string;
  readonly json?: boolean;
}

/** The lines without the date. */
function history(
  { file }: JournalFolder,
  { since = -Infinity, of, command, json = false }: Asked = {},
): string[] {
  const filter = parseFilter(of, command);
  assert(typeof filter !== "string");
  using reader = new JournalReader(file);
  return [...historyLines(reader, since, filter, json)].map((line) => line.replace("2026-11-27T", ""));
}

function sample(recordsPerSnapshot = 10): JournalFolder {
  const folder = new JournalFolder();
  writeSample(folder.file, { recordsPerSnapshot });
  return folder;
}

const ALL = `
14:00:00.000Z Server started with 5 seats
14:00:00.000Z Server 0.1.0 listens on 0.0.0.0:6001
14:00:00.000Z All leases from before this start have ended
14:00:00.000Z Client 'alice' (ticket 3) joined at rank 0
14:00:00.000Z Client 'bob' (ticket 4) joined at rank 1
14:00:00.000Z Client 'carol' (ticket 5) joined at rank 2
14:00:00.000Z Client 'dave' (ticket 6) joined at rank 3
14:01:00.000Z Client 'alice' (ticket 3) at rank 0 ran 'restart' 'nginx' on 3 clients, run 1: 2 ok, 1 failed ['dave' (ticket 6) failed] after 20 ms
14:01:00.000Z Client 'bob' (ticket 4) at rank 1 sent 'ping' to 2 clients (3 times)
14:01:00.000Z Client 'eve' (ticket 7) joined at rank 4
14:01:00.000Z Client 'frank' is number 1 in the waiting room
14:01:00.000Z Client 'alice' (ticket 3) disconnected from rank 0; seat reserved
14:01:08.000Z Client 'alice' (ticket 3) did not resume rank 0 in time; Client 'frank' (ticket 10) joined at rank 4 from the waiting room; rank 0 is now 'bob' (ticket 4)
14:01:09.000Z Client 'bob' (ticket 4) at rank 0 ran 'restart' 'nginx' on 4 clients, run 1: 3 ok, 1 failed ['frank' (ticket 10) failed] after 20 ms
14:01:09.000Z Client 'carol' (ticket 5) at rank 1 evicted by the operator
14:01:09.000Z Client 'carol' (ticket 5) left rank 1
14:01:09.000Z Client 'bob' (ticket 4) at rank 0 is named 'robert'
14:01:09.000Z Server shut down (SIGTERM)
15:00:00.000Z Server started with 5 seats, 1 client lost its seat
15:00:00.000Z Client 'robert' (ticket 4) resumed rank 0
15:00:00.000Z Client 'dave' (ticket 6) did not resume rank 1 in time
15:00:01.000Z Client 'robert' (ticket 4) at rank 0 ran 'ping' 'nginx' on 1 client, run 1: 1 failed ['eve' (ticket 7) failed] after 20 ms
15:00:01.000Z Client 'robert' (ticket 4) yielded rank 0 and is now rank 1 (ticket 21); rank 0 is now 'eve' (ticket 7)
15:00:01.000Z Client 'grace' (ticket 22) joined at rank 2
`.trim().split("\n");

const matching = (pattern: RegExp) => ALL.filter((line) => pattern.test(line));

Deno.test("the history prints what happened as text, oldest first", () => {
  using folder = sample();
  assertEquals(history(folder), ALL);
});

Deno.test("a history may begin at any time, with the ranks and names of that time", () => {
  for (const recordsPerSnapshot of [1, 3, 1_000]) {
    using folder = sample(recordsPerSnapshot);
    for (
      const [ms, first] of [[0, "14:00:00"], [1, "14:01:00"], [68_000, "14:01:08"], [
        3_600_001,
        "15:00:01",
      ]] as const
    ) {
      const expected = ALL.slice(ALL.findIndex((line) => line.startsWith(first)));
      assertEquals(history(folder, { since: START + ms }), expected);
    }
    assertEquals(history(folder, { since: START + 4_000_000 }), []);
  }
});

Deno.test("a history can be limited to a client, by name, rank or ticket, or to a command", () => {
  using folder = sample();
  assertEquals(history(folder, { of: "robert" }), matching(/is named 'robert'|'robert' \(/));
  assertEquals(
    history(folder, { of: "ticket:7" }),
    matching(/'eve' \(ticket 7\) (?:joined|failed)|on 4 clients/),
  );
  assertEquals(history(folder, { of: "@2" }), matching(/rank 2/));
  assertEquals(history(folder, { of: "frank" }), matching(/'frank'/));
  assertEquals(history(folder, { of: "name:frank" }), matching(/'frank'/));
  assertEquals(history(folder, { of: "nobody" }), []);
  assertEquals(history(folder, { command: "restart" }), matching(/'restart'/));
  assertEquals(
    history(folder, { command: "restart", of: "@0", since: START + 65_000 }),
    matching(/on 4 clients/),
  );
  for (const  of of["@", "@x", "ticket:", "ticket:1.5"]) {
    assertEquals(typeof parseFilter(of, undefined), "string");
  }
});

Deno.test("with --json, each record and entry is one line, without hashes of tokens", () => {
  using folder = sample();
  const lines = history(folder, { json: true });
  // With the records that are not worth a line in words: a void one, an eviction, and what was said of programs.
  assertEquals(lines.length, ALL.length + 5);
  const items = lines.map((line) => JSON.parse(line));
  assertEquals(
    items.filter(({ kind }) => kind === "leave").map(({ position, void: why }) => [position, why]),
    [
      [12, undefined],
      [17, "no such seat"],
    ],
  );
  assert(!lines.some((line) => line.includes("hash of") || line.includes("presented")));
  const [command] = items.filter(({ kind }) => kind === "command");
  assertEquals([command.count, command.by.ticket, command.position], [3, 4, 6]);
  assertEquals(items.find(({ kind }) => kind === "yield").new_rank_0, { ticket: 7, rank: 0, name: "eve" });
});

Deno.test("what a client sent cannot move the cursor of a terminal", () => {
  using folder = new JournalFolder();
  const server = new SampleServer(folder.file, START);
  server.join("a\x1b[2Jb\u202e");
  server.run(server.join("c"), "x\x9b");
  server.close();
  for (const json of [false, true]) {
    // deno-lint-ignore no-control-regex
    for (const line of history(folder, { json })) assert(!/[\x00-\x1f\x7f-\x9f\u202e]/.test(line), line);
  }
});

const run = (...args: string[]) => runClient(args, { program: FROM_SOURCES });

Deno.test("each command has help, and exits with the documented code", async () => {
  using folder = sample();
  const { file } = folder;
  const good: [args: string[], shows: RegExp][] = [
    [
      ["history", file, "--since", "2026-11-27T15:00:01"],
      /^2026-11-27T15:00:01.000Z Client 'robert'.*\n.*\n.*'grace'/,
    ],
    [
      ["verify", file],
      / violates no guarantee: 22 records from 2 starts of a server, up to position 22\nG1 /,
    ],
    [
      ["export", file],
      /^Position 22: 3 of 5 seats are taken, 0 in the waiting room\nrank +ticket +name.*\n0 +7 +eve .* away\n/,
    ],
    [
      ["export", file, "--at", "9", "--json"],
      /^\{"position":9,.*"rank":0,"ticket":3,"name":"alice",.*"away":true/,
    ],
    [
      ["export", file, "--at", "2026-11-27T14:01:05"],
      /\n0 +3 +alice .* away, lease 10000 ms\n[^]*\nwaits +frank /,
    ],
    [["backup", file, `${folder.path}/copy`], /^Copied .* \(\d+ bytes\)\n$/],
    ...["history", "verify", "export", "backup"].map((name): [string[], RegExp] => [
      [name, "--help"],
      new RegExp(`Usage:\n  rankserver ${name} FILE[^]*Examples:[^]*Exit codes:[^]*docs/audit.md`),
    ]),
  ];
  for (const [args, shows] of good) {
    const { code, stdout, stderr } = await run(...args);
    assertEquals([code, stderr], [0, ""], args.join(" "));
    assertMatch(stdout, shows);
  }
  const wrong: [args: string[], code: number, says: string][] = [
    [
      ["history"],
      2,
      "Missing argument: FILE (the journal)\nRun rankserver history --help for its flags and examples",
    ],
    [["history", file, "more"], 2, 'Unexpected argument "more"'],
    [
      ["history", file, "--since", "1w"],
      2,
      "--since must be a duration (90s, 15min, 1h, 2d) or a time in UTC",
    ],
    [["history", file, "--of", "@x"], 2, '--of must be a name, @RANK or ticket:N, got "@x"'],
    [["export", file, "--at", "then"], 2, "--at must be a position, a duration"],
    [["backup", file], 2, "Missing arguments: FILE (the journal) and TO (the copy)"],
    [["histroy"], 2, 'Unexpected argument "histroy"; did you mean "history"?'],
    [["--json", "verify", file], 2, 'Unexpected argument "verify": a command comes first'],
    [["verify", `${folder.path}/none`], 4, "it is missing or empty"],
    [["verify", import.meta.filename!], 4, "file is not a database"],
    [
      ["export", file, "--at", "2020-01-01"],
      4,
      "The journal does not go back that far: it begins at position 1 (2026-11-27T14:00:00.000Z)",
    ],
    [["backup", file, `${folder.path}/none/copy`], 4, "its directory does not exist"],
    [["backup", file, `${folder.path}/copy`], 4, "the file already exists"],
  ];
  for (const [args, expected, says] of wrong) {
    const { code, stdout, stderr } = await run(...args);
    assertEquals([code, stdout], [expected, ""], args.join(" "));
    assertStringIncludes(stderr, says);
    assert(!stderr.includes("    at "), stderr);
  }
  folder.edit("UPDATE records SET record = json_set(record, '$.kind', 'fence') WHERE position = 5");
  assertMatch(
    (await run("history", file)).stderr,
    /^The record at position 5 is of an unknown kind: "fence"\n$/,
  );
  assertEquals((await run("verify", file)).code, 4);
  folder.edit("DELETE FROM records WHERE position = 5");
  const { code, stdout } = await run("verify", file);
  assertEquals(code, 1);
  assertMatch(
    stdout,
    /^The journal is incomplete at position 6: .*\n4 records before it violated nothing\n$/,
  );
});
