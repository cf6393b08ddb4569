// A real server for the tests at a real terminal: its own process, on a port of its own.

import { deadline } from "@std/async";

const START_MS = 30_000;
const MAIN = new URL("../../../main.ts", import.meta.url).pathname;

/** The words that start one of the programs from source. */
export function fromSource(...args: string[]): string[] {
  return [Deno.execPath(), "run", "--no-prompt", "--allow-all", MAIN, ...args];
}

export class ServerProcess implements AsyncDisposable {
  readonly port: number;
  readonly #process: Deno.ChildProcess;
  readonly #drained: Promise<void>;
  #isStopped = false;

  private constructor(port: number, process: Deno.ChildProcess, drained: Promise<void>) {
    this.port = port;
    this.#process = process;
    this.#drained = drained;
  }

  /** Resolves once it listens. */
  static async start(...flags: string[]): Promise<ServerProcess> {
    const [program, ...args] = fromSource("server", "--port", "0", ...flags);
    const process = new Deno.Command(program!, { args, stdout: "piped", stderr: "inherit" }).spawn();
    const listening = Promise.withResolvers<number>();
    const drained = read(process.stdout, listening);
    return new ServerProcess(await deadline(listening.promise, START_MS), process, drained);
  }

  /** May be called again. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isStopped) this.#process.kill("SIGTERM");
    this.#isStopped = true;
    await this.#process.status;
    await this.#drained;
  }
}

/** Reads to the end, so that the server never waits for its reader. */
async function read(
  stdout: ReadableStream<Uint8Array>,
  listening: PromiseWithResolvers<number>,
): Promise<void> {
  let text = "";
  // The types of a browser, which some tests need, disagree.
  const decoder = new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>;
  for await (const chunk of stdout.pipeThrough(decoder)) {
    text += chunk;
    const port = /(?:^| )Server started listening on IP address: .* and port: (\d+)$/m.exec(text)?.[1];
    if (port !== undefined) listening.resolve(Number(port));
  }
  listening.reject(new Error(`The server ended without listening:\n${text}`));
}
