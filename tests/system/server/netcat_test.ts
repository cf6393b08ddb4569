// By hand, with the program that people have: four terminals, three seats.

import { assertEquals, assertMatch } from "@std/assert";
import { Arrivals } from "../../support/server/arrivals.ts";
import { ServerProcess } from "../../support/programs/start_process.ts";

const hasNetcat = await new Deno.Command("sh", { args: ["-c", "command -v nc"], stdout: "null" }).output()
  .then(({ success }) => success);
if (!hasNetcat) console.warn("nc is missing: the test by hand is ignored");

/** One `nc` in a terminal. */
class Netcat implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #lines = new Arrivals<string>("lines");
  readonly #read: Promise<void>;

  constructor(port: number) {
    this.#child = new Deno.Command("nc", {
      args: ["127.0.0.1", String(port)],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#read = this.#collect();
  }

  async type(line: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(`${line}\n`));
  }

  line(part: string): Promise<string> {
    return this.#lines.next((line) => line.includes(part));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await this.#input.close().catch(() => {});
    await this.#child.status;
    await this.#read;
  }

  async #collect(): Promise<void> {
    let tail = "";
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (tail + text).split("\n");
      tail = lines.pop()!;
      for (const line of lines) this.#lines.push(line);
    }
    this.#lines.end("end of output");
  }
}

Deno.test({
  name: "four nc clients, three seats: ranks, a refusal, a command, a promotion, all in plain lines",
  ignore: !hasNetcat,
  async fn() {
    await using server = await ServerProcess.start({ args: ["--max-clients", "3"] });
    await using first = new Netcat(server.port);
    await server.line("assigned rank 0");
    await using middle = new Netcat(server.port);
    await server.line("assigned rank 1");
    await using last = new Netcat(server.port);
    await server.line("assigned rank 2");
    await using refused = new Netcat(server.port);
    await server.line("refused: all seats are taken (3 of 3)");
    await refused.line("All seats are taken (3 of 3)");

    for (const [rank, client] of [first, middle, last].entries()) {
      await client.type("/who");
      assertMatch(await client.line("You are rank"), new RegExp(`^You are rank ${rank} of 3 \\(3 seats\\)`));
      await client.line("3 of 3 seats are taken");
    }
    await first.type("uptime");
    for (const client of [middle, last]) {
      assertMatch(await client.line("commands"), /^Rank 0 \(127\.0\.0\.1:\d+\) commands: uptime$/);
    }
    await first.line("uptime ended for 2 executors: 2 delivered");
    await last.type("uptime");
    assertEquals(await last.line("Refused"), "Refused: No client ranks below you (no_recipient)");
    await middle.type("/quit");
    await middle.line("Goodbye");
    assertEquals(await last.line("Promoted"), "Promoted to rank 1 of 2, was rank 2");
    assertEquals((await server.stop()).code, 0);
  },
});
