// `deno task demo`: plays the session that docs/rankclient.md shows, with real processes. Each step waits for the lines that it
// causes, so that the output is always the same except for the port numbers.

import { deadline } from "@std/async/deadline";
import { TextLineStream } from "./text_lines.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;
/** The file of the one client that executes something. */
const PING = new URL("../examples/ping.toml", import.meta.url).pathname;
const STEP_TIMEOUT_MS = 20_000;

/** A running program whose lines are printed under its name. */
class Actor {
  readonly name: string;
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: string[] = [];
  #arrived = Promise.withResolvers<void>();

  constructor(name: string, args: readonly string[]) {
    this.name = name;
    this.#process = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--allow-all", MAIN, ...args],
      // The times of the server's log would differ from one run to the next.
      env: { RANKSERVER_LOG_TIME: "false" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#process.stdin.getWriter();
    this.#collect(this.#process.stdout);
    this.#collect(this.#process.stderr);
  }

  /** Prints the lines up to the first one that matches, and returns its match. */
  async shows(pattern: RegExp): Promise<RegExpExecArray> {
    while (true) {
      for (let line; (line = this.#lines.shift()) !== undefined;) {
        console.log(`${this.name.padEnd(6)} | ${line}`);
        const match = pattern.exec(line);
        if (match !== null) return match;
      }
      this.#arrived = Promise.withResolvers();
      await deadline(this.#arrived.promise, STEP_TIMEOUT_MS);
    }
  }

  async types(line: string): Promise<void> {
    console.log(`${this.name.padEnd(6)} > ${line}`);
    await this.#input.write(new TextEncoder().encode(`${line}\n`));
  }

  /** Ends its input, and waits until it has exited. */
  async leaves(): Promise<void> {
    await this.#input.close();
    await this.#process.status;
  }

  async stops(): Promise<void> {
    this.#process.kill("SIGTERM");
    await this.#process.status;
    await this.shows(/stopped$/);
  }

  async #collect(bytes: ReadableStream<Uint8Array>): Promise<void> {
    for await (const line of bytes.pipeThrough(new TextLineStream())) {
      this.#lines.push(line);
      this.#arrived.resolve();
    }
  }
}

function scene(title: string): void {
  console.log(`\n# ${title}`);
}

async function play(): Promise<void> {
  console.log("# A server with three seats");
  const server = new Actor("server", ["server", "--port", "0", "--max-clients", "3"]);
  const [, port] = await server.shows(/port: (\d+)$/);
  const join = (name: string, args: readonly string[]) =>
    new Actor(name, ["client", `127.0.0.1:${port}`, "--name", name, ...args]);

  scene("Three clients connect and are ranked by arrival. Only Bob's file has a program for ping");
  const clients: Actor[] = [];
  for (const name of ["alice", "bob", "carol"]) {
    const client = join(name, name === "bob" ? ["--config", PING] : []);
    clients.push(client);
    await client.shows(/^You are rank/);
    await server.shows(/is named/);
  }
  const [alice, bob, carol] = clients as [Actor, Actor, Actor];
  for (const client of clients) await client.shows(/^Commands:/);

  scene("Alice has rank 0 and commands both others: Bob executes the command, Carol only prints it");
  await alice.types("ping");
  await bob.shows(/ping/);
  await carol.shows(/ping/);
  await alice.shows(/ended/);
  await server.shows(/ended/);

  scene("Carol has rank 2 and cannot command rank 0");
  await carol.types("@0 uptime");
  await carol.shows(/Refused/);
  await server.shows(/refused/);

  scene("Alice leaves, and the others move up");
  await alice.leaves();
  await bob.shows(/rank 0/);
  await carol.shows(/rank 1/);
  await server.shows(/to rank 1$/);

  scene("Bob has rank 0 now");
  await bob.types("uptime");
  await carol.shows(/uptime/);
  await bob.shows(/ended/);
  await server.shows(/ended/);

  scene("Everyone leaves, and the server stops");
  await carol.leaves();
  await bob.leaves();
  await server.shows(/left rank 0/);
  await server.stops();
}

if (import.meta.main) await play();
