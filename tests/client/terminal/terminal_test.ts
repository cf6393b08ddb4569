// The driver at a terminal: the line being typed, and the ways to leave.

import { assertEquals } from "@std/assert";
import { atTerminal } from "./at_terminal.ts";
import { PLACE } from "./fake_session.ts";
import { type FakeTerminal, KEY } from "./fake_terminal.ts";
import { result, summaryOf } from "./screen/results.ts";

function promoted(rank: number, members: number) {
  return [
    { kind: "promoted" as const, promoted: { rank, was: rank + 1, epoch: 8, members } },
    { ...PLACE, rank, members },
  ] as const;
}

Deno.test("terminal: a promotion is printed above and changes the prompt, and the line being typed stays whole", () =>
  atTerminal(async ({ session, terminal }) => {
    terminal.type("uptime -a");
    terminal.type(KEY.left + KEY.left);
    await terminal.untilPrompt("rank 1 of 4> uptime -a");
    session.push(...promoted(0, 3));
    const rows = await terminal.untilPrompt("rank 0 of 3> uptime -a");
    assertEquals(rows, ["Promoted to rank 0 of 3, was rank 1", "rank 0 of 3> uptime -a"]);
    assertEquals(terminal.screen.cursor, [1, "rank 0 of 3> uptime ".length]);
  }));

Deno.test("terminal: a long line folds over rows and comes back whole after an event", () =>
  atTerminal(async ({ session, terminal }) => {
    const line = "abcdefghij".repeat(20);
    terminal.type(line);
    const whole = `rank 1 of 4> ${line}`;
    await terminal.until((rows) => rows.join("") === whole);
    session.push(...promoted(0, 4));
    await terminal.until((rows) => rows.slice(1).join("") === whole.replace("rank 1", "rank 0"));
    terminal.type(KEY.ctrlC);
    await terminal.until((rows) => rows.length === 2 && rows[1] === "rank 0 of 4>");
  }));

Deno.test("terminal: a line longer than the screen shows the rows at the cursor and leaves nothing behind", () =>
  atTerminal(async ({ terminal }) => {
    terminal.type("x".repeat(500));
    await terminal.until((rows) => rows.length === 4 && rows.every((row) => /^x+$/.test(row)));
    terminal.type(KEY.ctrlC);
    await terminal.until((rows) => rows.length === 1 && rows[0] === "rank 1 of 4>");
  }, { columns: 60, rows: 5 }));

Deno.test("terminal: the line is laid out anew for another width", () =>
  atTerminal(async ({ terminal }) => {
    terminal.resize(30);
    terminal.type("x".repeat(60));
    await terminal.until((rows) => rows.map((row) => row.length).join() === "29,29,15");
    terminal.resize(60);
    await terminal.until((rows) => rows.map((row) => row.length).join() === "59,14");
  }));

Deno.test("terminal: what is typed or pasted cannot drive the screen", () =>
  atTerminal(async ({ terminal }) => {
    terminal.type("a\u202eb\u009bJ");
    await terminal.untilPrompt("rank 1 of 4> a\\u202eb\\x9bJ");
  }));

Deno.test("terminal: the arrow brings back what was typed, Tab completes and lists", () =>
  atTerminal(async ({ session, terminal }) => {
    terminal.type("/help" + KEY.enter);
    await terminal.until((rows) => rows.at(-1) === "rank 1 of 4>" && rows.length > 5);
    terminal.type(KEY.up);
    await terminal.untilPrompt("rank 1 of 4> /help");
    terminal.type(KEY.ctrlC);
    await terminal.untilPrompt("rank 1 of 4>");
    for (const key of "@2,3 re") terminal.type(key);
    terminal.type(KEY.tab);
    terminal.type("!");
    await terminal.untilPrompt("rank 1 of 4> @2,3 restart !");
    terminal.type(KEY.ctrlC);
    await terminal.untilPrompt("rank 1 of 4>");
    terminal.type(KEY.tab);
    await terminal.until((rows) => rows.at(-2) === "ping  restart  uptime");
    assertEquals(session.runs, []);
  }));

Deno.test("terminal: Ctrl-C clears the line, says how to leave, and leaves at the next; the exit code is 0", () =>
  atTerminal(async ({ terminal, ended }) => {
    terminal.type("abc");
    await terminal.untilPrompt("rank 1 of 4> abc");
    terminal.type(KEY.ctrlC);
    await terminal.untilPrompt("rank 1 of 4>");
    terminal.type(KEY.ctrlC);
    await terminal.until((rows) => rows.at(-2) === "Ctrl-C again or Ctrl-D leaves");
    terminal.type("x");
    await terminal.until((rows) => rows.length === 1 && rows[0] === "rank 1 of 4> x");
    terminal.type(KEY.ctrlC + KEY.ctrlC + KEY.ctrlC);
    assertEquals(await ended, 0);
  }));

Deno.test("terminal: Ctrl-D at an empty prompt, /quit, the end of the input and a signal leave, with exit code 0", async () => {
  const ways: ((terminal: FakeTerminal) => void)[] = [
    (terminal) => terminal.type(KEY.ctrlD),
    (terminal) => terminal.type(`/quit${KEY.enter}`),
    (terminal) => terminal.endInput(),
    (terminal) => terminal.stop(),
  ];
  for (const leave of ways) {
    await atTerminal(async ({ terminal, ended }) => {
      leave(terminal);
      assertEquals(await ended, 0);
    });
  }
});

Deno.test("terminal: without a seat the prompt says offline; a connection lost for good ends it with exit code 4", () =>
  atTerminal(async ({ session, terminal, ended }) => {
    terminal.type("abc");
    session.place = undefined;
    session.push({ kind: "disconnected", why: "the connection was reset", retryInMs: 1_500 }, undefined);
    const rows = await terminal.untilPrompt("offline> abc");
    assertEquals(rows[0], "Disconnected: the connection was reset; next attempt in 1.5 s");
    await session.close();
    assertEquals(await ended, 4);
  }, { columns: 80 }));

Deno.test("terminal: where the server wants another token, it ends with exit code 5", () =>
  atTerminal(async ({ session, ended }) => {
    session.push({ kind: "disconnected", why: "this token is not good", isUnauthenticated: true }, undefined);
    await session.close();
    assertEquals(await ended, 5);
  }));

Deno.test("terminal: Ctrl-L empties the screen and keeps the line", () =>
  atTerminal(async ({ terminal }) => {
    terminal.type("/commands" + KEY.enter + "abc");
    await terminal.until((rows) => rows.length === 3);
    terminal.type(KEY.ctrlL);
    await terminal.until((rows) => rows.length === 1 && rows[0] === "rank 1 of 4> abc");
  }));

Deno.test("terminal: Tabs that arrive together complete and list, and none gets into the line", () =>
  atTerminal(async ({ session, terminal }) => {
    terminal.type("up\t\t");
    await terminal.untilPrompt("rank 1 of 4> uptime");
    terminal.type("!");
    await terminal.untilPrompt("rank 1 of 4> uptime !");
    terminal.type(KEY.ctrlC);
    await terminal.untilPrompt("rank 1 of 4>");
    session.place = { ...PLACE, commands: ["restart", "restore"] };
    terminal.type("@2 r\t\t");
    const rows = await terminal.untilPrompt("rank 1 of 4> @2 rest");
    assertEquals(rows.at(-2), "restart  restore");
    terminal.type("a\t");
    terminal.type("!");
    await terminal.untilPrompt("rank 1 of 4> @2 restart !");
  }));

Deno.test("terminal: pasted lines wait for Enter, which sends them and the line in order", () =>
  atTerminal(async ({ session, terminal }) => {
    terminal.type("re");
    terminal.paste("start nginx\r\nup\ttime\n\n");
    const rows = await terminal.untilPrompt("rank 1 of 4> up\\ttime");
    assertEquals(rows.slice(-3, -1), ["pasted: restart nginx", "Enter sends all lines, Ctrl-C drops them"]);
    assertEquals(session.runs, []);
    terminal.type(KEY.enter);
    for (const [index, command] of [[0, "restart"], [1, "up"]] as const) {
      await terminal.until(() => session.runs.length === index + 1);
      assertEquals(session.runs[index]!.params.command, command);
      session.runs[index]!.answer.resolve(summaryOf([result(2, "ok")]));
    }
    await terminal.untilPrompt("rank 1 of 4>");
  }));

Deno.test("terminal: Ctrl-C drops what was pasted, and a pasted line end alone sends nothing", () =>
  atTerminal(async ({ session, terminal }) => {
    terminal.paste("ping\nping\nping\nping\nping\nping\nping\nreboot");
    const rows = await terminal.untilPrompt("rank 1 of 4> reboot");
    assertEquals(rows.at(-3), "and 2 more pasted lines");
    terminal.type(KEY.ctrlC);
    assertEquals(await terminal.untilPrompt("rank 1 of 4>"), ["rank 1 of 4>"]);
    terminal.paste("uptime\n");
    await terminal.untilPrompt("rank 1 of 4> uptime");
    terminal.type(KEY.ctrlC);
    await terminal.untilPrompt("rank 1 of 4>");
    assertEquals(session.runs, []);
  }));

Deno.test("terminal: after it was stopped and continued, it is in raw mode and shows its line again", () =>
  atTerminal(async ({ terminal }) => {
    terminal.type("half a comm");
    await terminal.untilPrompt("rank 1 of 4> half a comm");
    terminal.screen.modes.clear();
    terminal.screen.write("\r\n$ fg\r\n");
    terminal.continueAfterStop();
    await terminal.untilPrompt("rank 1 of 4> half a comm");
    assertEquals([terminal.isRaw, terminal.screen.modes.has(2004)], [true, true]);
  }));

Deno.test("terminal: further failed attempts to connect get no line of their own", () =>
  atTerminal(async ({ session, terminal }) => {
    for (const why of ["first", "second"]) {
      session.push({ kind: "disconnected", why, retryInMs: 1_000 }, undefined);
    }
    session.push({ kind: "missed", count: 2 }, undefined);
    const rows = await terminal.until((rows) => rows.some((row) => row.startsWith("2 events")));
    assertEquals(rows.filter((row) => row.startsWith("Disconnected")), [
      "Disconnected: first; next attempt in 1.0 s",
    ]);
  }));
