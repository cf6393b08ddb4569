// The README's first example, followed in real terminals with the executables: what it prints is what they show.

import { assertEquals } from "@std/assert";
import { testsOf } from "../../support/programs/executables.ts";
import { PROJECT } from "../../support/programs/start_process.ts";
import { isTmuxMissing, Tmux } from "../../support/programs/tmux.ts";
import { blocksOf, linesOf } from "./page.ts";
import { Reader } from "./shell.ts";

/** The README is wider than a terminal, and so is this one. */
const COLUMNS = 110;

const example = await testsOf("server", "client");
const isNetcatMissing = !await new Deno.Command("sh", { args: ["-c", "command -v nc"], stdout: "null" })
  .output()
  .then(({ success }) => success);
if (isNetcatMissing) console.warn("nc is missing: the README's first example is not followed");

example("the first example shows what the README prints", async () => {
  const [block] = blocksOf("First example", "sh");
  const [start, first, second, byHand, ...rest] = linesOf(block);
  assertEquals(rest, []);
  const printed = blocksOf("First example", "text").map(linesOf);
  await using reader = await Reader.start();
  const server = await reader.serve(start!);
  const open = async (line: string, rank: number) => {
    const words = ["bash", "-c", `cd '${PROJECT}' && ${reader.here(line)}`];
    const terminal = await Tmux.start(words, { columns: COLUMNS, env: reader.env });
    await server.event("client_seated", rank);
    return terminal;
  };
  await using alice = await open(first!, 0);
  await using bob = await open(second!, 1);
  await using netcat = await open(byHand!, 2);

  // What the server sends first, as a whole: typing must not come between its rows.
  await netcat.until((rows) => rows.at(-1)!.endsWith("}"));
  await enter(netcat, "/help");
  await netcat.until((rows) => rows.some((row) => row.includes("/quit")));
  await alice.untilLast("rank 0 of 3>");
  await enter(alice, "ping");
  await alice.until((rows) => /^2 executors/.test(rows.at(-2)!) && rows.at(-1) === "rank 0 of 3>");
  await netcat.until((rows) => /alice.*\bping\b/.test(rows.at(-1)!));
  await enter(alice, "/quit");
  await bob.untilLast("rank 0 of 2>");
  await netcat.until((rows) => /\brank 1 of 2\b/.test(rows.at(-1)!));
  await enter(netcat, "@0 ping");
  const byHandRows = await netcat.until((rows) => /outranked/.test(rows.at(-1)!));
  const aliceRows = await alice.until((rows) => rows.includes("exit 0"));

  assertShown(aliceRows.slice(0, aliceRows.indexOf("exit 0")), printed[0]!);
  assertShown(byHandRows, printed[1]!);
}, isTmuxMissing() || isNetcatMissing);

async function enter(terminal: Tmux, line: string): Promise<void> {
  await terminal.type(line);
  await terminal.press("Enter");
}

/** The terminal ends with what is printed; `...` stands for any rows. */
function assertShown(rows: readonly string[], printed: readonly string[]): void {
  const shown = rows.slice(rows.findIndex((row) => row.endsWith(printed[0]!))).map(comparable);
  const gap = printed.indexOf("...");
  if (gap === -1) return assertEquals(shown, printed.map(comparable));
  const after = printed.slice(gap + 1);
  assertEquals(shown.slice(0, gap), printed.slice(0, gap).map(comparable));
  assertEquals(shown.slice(-after.length), after.map(comparable));
}

/** Addresses and their width differ from one time to the next. */
function comparable(row: string): string {
  return row.replace(/127\.0\.0\.1:\d+/g, "ADDRESS").replace(/ {2,}/g, "  ").trimEnd();
}
