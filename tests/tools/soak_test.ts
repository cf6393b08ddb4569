// The soak in its short form: every server and client starts, works and ends, and the tables are complete.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { TextLineStream } from "../../tools/text_lines.ts";
import { isTmuxMissing } from "../support/programs/tmux.ts";
import { childrenByParent } from "../support/programs/process_facts.ts";
import { PROJECT } from "../support/programs/start_process.ts";
import { isOpensslMissing } from "../support/programs/certificates.ts";

const CLIENTS = [
  "leader",
  "guard of leader",
  "standby",
  "guard of standby",
  "piped",
  "long lines",
  "executing",
  "their server",
];
// It reads /proc.
const ignore = Deno.build.os !== "linux" || isOpensslMissing;

/** Runs the short form to its end. @param onStarted called with its process id when all clients and servers run. */
async function soak(onStarted: (pid: number) => Promise<void> = () => Promise.resolve()) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-all", "bench/soak/main.ts", "--short", "--seed", "1"],
    cwd: PROJECT,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const errors = new Response(child.stderr).text();
  const lines: string[] = [];
  for await (const line of child.stdout.pipeThrough(new TextLineStream())) {
    lines.push(line);
    if (/^\| +minute /.test(line)) await onStarted(child.pid);
  }
  const { code } = await child.status;
  return { code, text: lines.join("\n") + await errors };
}

Deno.test({
  name: "soak --short uses every kind of client and server, leaves nothing behind and exits with 0",
  ignore,
  async fn() {
    const { code, text } = await soak();
    assertEquals(code, 0, text);
    const rows = text.split("\n").filter((row) => row.startsWith("| ")).map((row) =>
      row.split("|").map((cell) => cell.trim())
    );
    const rowOf = (name: string) => {
      const row = rows.find(([, first, second]) => first === name || second === name);
      assert(row, `${name} is missing in\n${text}`);
      return row.join(" | ");
    };
    for (const server of ["sources", "with TLS"]) assertMatch(rowOf(server), / \| 0 \| $/);
    for (const name of isTmuxMissing() ? CLIENTS : [...CLIENTS, "terminal"]) {
      assertMatch(rowOf(name), /^ \| [^|]+ \| \d+\.\d\d \| \d+\.\d\d \| \d+\.\d\d \| \d+ - \d+ \|/);
    }
    assertMatch(rowOf("leader"), /both: [1-9]\d* handovers, [1-9]\d* requests, [1-9]\d* breaks/);
    for (const name of ["piped", "long lines"]) {
      assertMatch(rowOf(name), /[1-9]\d* lines, \d+ MiB, [1-9]\d* answers/);
    }
    assertMatch(rowOf("executing"), /[1-9]\d* programs ran/);
    assertMatch(text, /^Level: nothing is left over, and nothing has grown\.$/m);
  },
});

Deno.test({
  name: "soak --short exits with 1 and names a client that ended early",
  ignore,
  async fn() {
    const { code, text } = await soak(async (soakPid) => {
      for (const pid of (await childrenByParent()).get(soakPid) ?? []) {
        const words = await Deno.readTextFile(`/proc/${pid}/cmdline`);
        if (words.includes("executing.toml")) Deno.kill(pid, "SIGKILL");
      }
    });
    assertEquals(code, 1, text);
    assertMatch(text, /^executing: ended early/m);
  },
});
