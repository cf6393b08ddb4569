// The client as a person has it: in a real terminal, against a real server.

import { assert, assertEquals } from "@std/assert";
import type { Client } from "../../../src/client/mod.ts";
import { answering, LASTING, seat } from "../../support/programs/members.ts";
import { childrenByParent } from "../../support/programs/process_facts.ts";
import { fromSource, ServerProcess } from "../../support/programs/server_process.ts";
import { isTmuxMissing, Tmux, type TmuxOptions } from "../../support/programs/tmux.ts";

const ignore = isTmuxMissing();

interface Parts {
  readonly tmux: Tmux;
  readonly server: ServerProcess;
  /** Seats a member that is closed after the test. */
  readonly seatMember: (name: string, runner: Parameters<typeof seat>[2]) => Promise<Client>;
}

/** A server, members seated before the client, and the client at its prompt. */
function atRealTerminal(
  name: string,
  test: (parts: Parts) => Promise<void>,
  { above = [], ...options }: TmuxOptions & { readonly above?: readonly string[] } = {},
): void {
  Deno.test({
    name: `real terminal: ${name}`,
    ignore,
    async fn() {
      await using server = await ServerProcess.start("--max-clients", "20");
      await using members = new AsyncDisposableStack();
      const seatMember: Parts["seatMember"] = async (memberName, runner) => {
        const session = await seat(server.port, memberName, runner);
        members.defer(() => session.close());
        return session;
      };
      for (const memberName of above) await seatMember(memberName, LASTING);
      await using tmux = await Tmux.start(
        fromSource("client", `127.0.0.1:${server.port}`, "--name", "me"),
        options,
      );
      const rows = await tmux.untilLast(`rank ${above.length} of ${above.length + 1}>`);
      assert(!rows.includes("offline>"), `What was painted before is in the history:\n${rows.join("\n")}`);
      await test({ tmux, server, seatMember });
    },
  });
}

atRealTerminal("a command over twelve clients is folded into one table", async ({ tmux, seatMember }) => {
  for (let rank = 1; rank <= 12; rank++) {
    const runner = rank === 5
      ? answering({ code: 2, stderr: "\x1b[2Jdisk full\n" })
      : answering({ code: 0, stdout: `web-${rank}: up 3 days\n` });
    await seatMember(`web-${rank}`, runner);
  }
  await tmux.untilLast("rank 0 of 13>");
  await tmux.type("upt");
  await tmux.press("Tab");
  await tmux.untilLast("rank 0 of 13> uptime");
  await tmux.press("Enter");
  const rows = await tmux.until((rows) => rows.at(-2) === "12 executors: 11 ok, 1 failed");
  // docs/rankclient.md shows this very screen.
  const page = await Deno.readTextFile(new URL("../../../docs/rankclient.md", import.meta.url));
  const shown = /```text\n(rank 0 of 13> .*?)\n```/s.exec(page)?.[1]?.split("\n");
  assertEquals(rows.slice(-6, -1), shown);
  await tmux.type("/who");
  await tmux.press("Enter");
  const roster = await tmux.until((rows) =>
    rows.at(-1) === "rank 0 of 13>" && rows.at(-2)!.includes("web-12")
  );
  assert(roster.some((row) => row.startsWith(">    0  me ")), roster.join("\n"));
});

atRealTerminal("a promotion does not tear the line being typed", async ({ tmux, server }) => {
  await tmux.type("half a comm");
  await tmux.untilLast("rank 1 of 2> half a comm");
  // Somebody joins, and the prompt counts it; then the one above leaves.
  const below = await seat(server.port, "below", LASTING);
  await tmux.untilLast("rank 1 of 3> half a comm");
  await below.close();
  await tmux.untilLast("rank 1 of 2> half a comm");
  await tmux.press("C-a");
  await tmux.type("/");
  await tmux.untilLast("rank 1 of 2> /half a comm");
}, { above: ["ann"] });

atRealTerminal("a refusal names the rank that was the reason", async ({ tmux }) => {
  await tmux.type("@0 uptime");
  await tmux.press("Enter");
  await tmux.until((rows) => rows.at(-2) === "Refused: Rank 0 is above you (outranked)");
  await tmux.press("Up");
  await tmux.untilLast("rank 1 of 2> @0 uptime");
}, { above: ["ann"] });

atRealTerminal("Ctrl-C cancels the run and not the client", async ({ tmux, seatMember }) => {
  await seatMember("slow", LASTING);
  await seatMember("quick", answering({ code: 0, stdout: "done" }));
  await tmux.untilLast("rank 0 of 3>");
  await tmux.type("uptime");
  await tmux.press("Enter");
  await tmux.until((rows) => rows.at(-2) === "uptime: 1 of 2: 1 ok (Ctrl-C cancels)");
  await tmux.press("C-c");
  const rows = await tmux.until((rows) => rows.at(-2) === "2 executors: 1 ok, 1 cancelled");
  assert(rows.some((row) => row.startsWith("  cancelled  1 slow")), rows.join("\n"));
  assertEquals(rows.at(-1), "rank 0 of 3>");
});

atRealTerminal("pasted lines are carried out in order", async ({ tmux, seatMember }) => {
  await seatMember("web", answering({ code: 0, stdout: "up" }));
  await tmux.untilLast("rank 0 of 2>");
  await tmux.paste("uptime\n/commands\nping\n@0 ping\nuptime --not-sent");
  const rows = await tmux.until((rows) => rows.at(-2)?.startsWith("Refused: ") ?? false);
  assertEquals(rows.filter((row) => row.includes("of 2>") || row.includes("Refused")), [
    "rank 0 of 2> uptime",
    "rank 0 of 2> /commands",
    "rank 0 of 2> ping",
    "rank 0 of 2> @0 ping",
    "Refused: Rank 0 is your own rank (outranked)",
    "rank 0 of 2> uptime --not-sent",
  ]);
});

atRealTerminal("what is pasted where the terminal marks it waits for Enter", async ({ tmux, seatMember }) => {
  await seatMember("web", answering({ code: 0, stdout: "up" }));
  await tmux.untilLast("rank 0 of 2>");
  await tmux.paste("uptime\n@0 ping\nping\n", "-p");
  const waiting = await tmux.untilLast("rank 0 of 2> ping");
  assertEquals(waiting.slice(-4, -1), [
    "pasted: uptime",
    "pasted: @0 ping",
    "Enter sends all lines, Ctrl-C drops them",
  ]);
  await tmux.press("Enter");
  const rows = await tmux.until((rows) => rows.filter((row) => row.startsWith("1 executor: ")).length === 2);
  assertEquals(rows.filter((row) => /of 2> .|Refused/.test(row)), [
    "rank 0 of 2> uptime",
    "rank 0 of 2> @0 ping",
    "Refused: Rank 0 is your own rank (outranked)",
    "rank 0 of 2> ping",
  ]);
});

Deno.test({
  name: "real terminal: a client that was stopped and is continued with fg takes keys again",
  ignore,
  async fn() {
    await using server = await ServerProcess.start();
    await using tmux = await Tmux.start(["bash", "--norc", "--noprofile", "-i"], { env: { PS1: "shell> " } });
    await tmux.untilLast("shell>");
    await tmux.type(fromSource("client", `127.0.0.1:${server.port}`).join(" "));
    await tmux.press("Enter");
    await tmux.untilLast("rank 0 of 1>");
    await tmux.type("/wat");
    await tmux.untilLast("rank 0 of 1> /wat");
    const children = await childrenByParent();
    const bash = children.get(await tmux.shellPid())![0]!;
    Deno.kill(children.get(bash)![0]!, "SIGSTOP");
    await tmux.untilLast("shell>");
    await tmux.type("fg");
    await tmux.press("Enter");
    await tmux.untilLast("rank 0 of 1> /wat");
    await tmux.press("Tab");
    await tmux.untilLast("rank 0 of 1> /watch");
    await tmux.press("C-c", "C-d");
    await tmux.untilLast("shell>");
  },
});

Deno.test({
  name: "real terminal: a dumb terminal gets no escape sequence, and its lines are commands",
  ignore,
  async fn() {
    await using server = await ServerProcess.start();
    const words = fromSource("client", `127.0.0.1:${server.port}`);
    await using tmux = await Tmux.start(words, { env: { TERM: "dumb" } });
    await tmux.until((rows) => rows.some((row) => row.includes("You are rank")));
    await tmux.type("# comment\r/commands\r");
    await tmux.until((rows) => rows.includes("ping"));
    await tmux.type("/quit\r");
    const rows = await tmux.until((rows) => rows.some((row) => row.includes("icanon")));
    assert(rows.includes("exit 0"), rows.join("\n"));
    assert(!rows.some((row) => row.includes("> ")), "there is a prompt");
  },
});

atRealTerminal(
  "a long line survives smaller and larger windows, and events meanwhile",
  async ({ tmux, server }) => {
    const line = "abcdefghij".repeat(15);
    await tmux.type(line);
    const isWhole = (members: number, columns: number) => (rows: readonly string[]) => {
      const prompt = `rank 0 of ${members}> `;
      const live = rows.slice(rows.findIndex((row) => row.startsWith(prompt)));
      return live.join("") === prompt + line && live[0]!.length === columns &&
        rows.filter((row) => row.startsWith("rank 0")).length === 1;
    };
    await tmux.until(isWhole(1, 79));
    await tmux.resize(40, 24);
    await tmux.until(isWhole(1, 39));
    const other = await seat(server.port, "other", LASTING);
    await tmux.until(isWhole(2, 39));
    await tmux.resize(100, 24);
    await tmux.until(isWhole(2, 99));
    await other.close();
    await tmux.until(isWhole(1, 99));
  },
);

atRealTerminal(
  "a lost server is told, and the prompt goes offline without losing the line",
  async ({ tmux, server }) => {
    await tmux.type("keep me");
    await tmux.untilLast("rank 0 of 1> keep me");
    await server[Symbol.asyncDispose]();
    const rows = await tmux.untilLast("offline> keep me");
    assert(rows.some((row) => row.startsWith("Disconnected: ")), rows.join("\n"));
  },
);

for (
  const [how, leave] of [
    ["Ctrl-D", (tmux: Tmux) => tmux.press("C-d")],
    ["Ctrl-C twice", (tmux: Tmux) => tmux.press("C-c", "C-c")],
    ["/quit", (tmux: Tmux) => tmux.paste("/quit\n")],
  ] as const
) {
  atRealTerminal(`${how} leaves with exit code 0 and a terminal as it was`, async ({ tmux }) => {
    await leave(tmux);
    const rows = await tmux.until((rows) => rows.some((row) => row.includes("icanon")));
    assert(rows.includes("exit 0"), rows.join("\n"));
    const settings = rows.flatMap((row) => row.split(/[ ;]+/));
    for (const setting of ["echo", "icanon", "icrnl", "isig", "opost"]) {
      assert(settings.includes(setting), `${setting} is off:\n${rows.join("\n")}`);
    }
  });
}

atRealTerminal("no colour where it is not wanted", async ({ tmux }) => {
  await tmux.type("/help");
  await tmux.press("Enter");
  await tmux.until((rows) => rows.at(-1) === "rank 0 of 1>" && rows.length > 5);
  // deno-lint-ignore no-control-regex
  assert(!/\x1b\[[\d;]*m/.test(await tmux.styled()));
}, { env: { NO_COLOR: "1" } });

atRealTerminal("modest colour where there is a terminal", async ({ tmux }) => {
  // deno-lint-ignore no-control-regex
  assert(/\x1b\[1mrank 0 of 1/.test(await tmux.styled()), JSON.stringify(await tmux.styled()));
});
