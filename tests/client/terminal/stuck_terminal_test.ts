// A terminal that takes nothing, because its window or its network hangs: the client goes on, and can be left.

import { assert, assertEquals } from "@std/assert";
import { PLAIN } from "../../../src/client/output/screen_style.ts";
import { runTerminal } from "../../../src/client/terminal/terminal.ts";
import { Display } from "../../../src/client/terminal/terminal_display.ts";
import { atTerminal } from "./at_terminal.ts";
import { FakeSession } from "./fake_session.ts";
import { FakeTerminal } from "./fake_terminal.ts";

Deno.test("terminal: while it is stuck lines are carried out, and what happened is shown when it goes on", () =>
  atTerminal(async ({ session, terminal }) => {
    terminal.isStuck = true;
    session.push({ kind: "seat_lost", why: "being written" });
    await terminal.untilStuck();
    session.push({ kind: "seat_lost", why: "not yet written" });
    const asked = Promise.withResolvers<string>();
    session.answer = (method) => asked.resolve(method);
    terminal.type("/yield\r");
    assertEquals(await asked.promise, "yield");
    terminal.goOn();
    const rows = await terminal.until((rows) => rows.length >= 4 && rows.at(-1) === "rank 1 of 4>");
    assert(rows.includes("rank 1 of 4> /yield"), rows.join("\n"));
  }));

Deno.test("terminal: lines beyond what may wait for a stuck terminal are left out, and counted", async () => {
  const terminal = new FakeTerminal();
  const view = { status: [], prompt: "> ", line: "", cursor: 0 };
  const { output, sink } = terminal;
  const display = new Display({ output, sink, style: PLAIN, viewNow: () => view, maxLines: 3 });
  terminal.isStuck = true;
  display.print(["being written"]);
  await terminal.untilStuck();
  for (const line of ["1", "2", "3", "4", "5"]) display.print([line]);
  terminal.goOn();
  await terminal.until((rows) => rows.length === 6);
  display.print(["6"]);
  await terminal.until((rows) => rows.length === 7);
  assert(await display.close(60_000));
  assertEquals(terminal.screen.text.slice(0, 6), [
    "being written",
    "1",
    "2",
    "3",
    "2 lines were left out: the terminal is too slow",
    "6",
  ]);
});

Deno.test("terminal: it can be left while it is stuck, and its mode is not changed then, which would wait", async () => {
  const session = new FakeSession();
  const terminal = new FakeTerminal();
  terminal.isStuck = true;
  const ended = runTerminal(session, terminal);
  await terminal.untilStuck();
  terminal.stop();
  assertEquals(await ended, 0);
  assert(terminal.isRaw);
  terminal.goOn();
  await session.close();
});
