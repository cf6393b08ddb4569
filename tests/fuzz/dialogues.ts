// Fuzzing over the socket: strangers hold dialogues made up by chance with a live server, over and over, while two members
// go on with their work. What must hold: the server answers, reports no fault, and the two miss nothing.

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { RawClient } from "../support/server/raw_client.ts";
import { startServer } from "../support/server/start_server.ts";
import { line } from "./hostile_values.ts";

const TOML = `max_clients = 8
[commands.uptime]
[commands.restart]
args = [{ name = "service", pattern = "[a-z]+" }]
[session]
resume_grace_ms = 20
overflow = "wait"
waiting_clients = 2
[limits]
line_bytes = 2_048
output_bytes = 512
run_output_bytes = 4_096
batch_items = 4
run_timeout_ms = 50
`;

type Ending = "close" | "reset" | "half-close";
interface Dialogue {
  readonly lines: readonly string[];
  /** Where the bytes are cut into packets, from 0 to 1. */
  readonly cuts: readonly number[];
  /** Answers what it is asked to execute with these, in turn. */
  readonly answers: readonly string[];
  readonly ending: Ending;
}

const dialogue: fc.Arbitrary<Dialogue> = fc.record({
  lines: fc.array(line, { maxLength: 12 }),
  cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
  answers: fc.array(line, { maxLength: 3 }),
  ending: fc.constantFrom<Ending>("close", "reset", "half-close", "half-close", "half-close"),
});

/** Some at a time, against one server. */
export const dialogues: fc.Arbitrary<Dialogue[]> = fc.array(dialogue, { minLength: 1, maxLength: 4 });

/** A server with two members that work, for as many dialogues as one likes. */
export class LiveServer implements AsyncDisposable {
  readonly #server: Awaited<ReturnType<typeof startServer>>;
  readonly #issuer: RawClient;
  readonly #executor: RawClient;
  #sent = 0;

  private constructor(
    server: Awaited<ReturnType<typeof startServer>>,
    issuer: RawClient,
    executor: RawClient,
  ) {
    this.#server = server;
    this.#issuer = issuer;
    this.#executor = executor;
  }

  static async start(): Promise<LiveServer> {
    const server = await startServer({ toml: TOML });
    const issuer = await RawClient.join(server.port);
    return new LiveServer(server, issuer, await RawClient.join(server.port));
  }

  /** @throws when anything does not hold */
  async endure(all: readonly Dialogue[]): Promise<void> {
    const held = all.map((one) => this.#hold(one));
    const number = String(this.#sent++);
    const run = this.#issuer.ask("run", { command: "uptime", args: [number], to: [1] });
    const { id, params } = await this.#executor.message("execute");
    assertEquals(params.args, [number], "the next command, and no other");
    this.#executor.respond(id, { code: 0 });
    // Its time may be over by then, on a busy machine; it has one status all the same.
    assertEquals((await this.#issuer.answer(run)).result.executors, 1);
    await Promise.all(held);
    await this.#issuer.settled();
    assertEquals(this.#server.eventsOf("fault"), []);
  }

  async #hold({ lines, cuts, answers, ending }: Dialogue): Promise<void> {
    await using client = await RawClient.connect(this.#server.port);
    const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
    const at = [0, ...cuts.map((cut) => Math.floor(cut * bytes.length)).sort((a, b) => a - b), bytes.length];
    for (const [i, end] of at.slice(1).entries()) {
      // The server may have closed it by then.
      await client.written(bytes.slice(at[i], end)).catch(() => {});
    }
    for (const answer of answers) client.send(answer);
    if (ending === "reset") return await client.reset();
    if (ending === "close") return await client.close();
    // Only so everything that was sent is sure to be read.
    client.halfClose();
    await client.ended();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of [this.#issuer, this.#executor]) await client.close();
    await this.#server.stop();
  }
}
