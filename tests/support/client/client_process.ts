// The client as a process of its own, from its sources, driven as a user would.

import { join } from "node:path";

const PROJECT = join(import.meta.dirname!, "..", "..", "..");
const PERMISSIONS = [
  "--allow-net",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-run",
  "--allow-sys",
];
/** The program and its first arguments. */
export const CLIENT_PROGRAM: readonly string[] = [
  Deno.execPath(),
  "run",
  "--no-prompt",
  ...PERMISSIONS,
  join(PROJECT, "main.ts"),
  "client",
];

export interface ClientOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  readonly program?: readonly string[];
}

export interface Exit {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export class ClientProcess {
  readonly #child: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #stdout: Promise<string>;
  readonly #stderr: Promise<string>;

  constructor(args: readonly string[], { env = {}, cwd, program = CLIENT_PROGRAM }: ClientOptions = {}) {
    const [file, ...first] = program;
    this.#child = new Deno.Command(file!, {
      args: [...first, ...args],
      env,
      ...(cwd === undefined ? {} : { cwd }),
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#stdin = this.#child.stdin.getWriter();
    this.#stdout = new Response(this.#child.stdout).text();
    this.#stderr = new Response(this.#child.stderr).text();
  }

  async write(text: string): Promise<void> {
    await this.#stdin.write(new TextEncoder().encode(text));
  }

  async endInput(): Promise<void> {
    await this.#stdin.close().catch(() => {/* It has ended already. */});
  }

  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Closes its input, if that is open still, and waits for its end. */
  async exit(): Promise<Exit> {
    const { code } = await this.#child.status;
    await this.#stdin.abort().catch(() => {/* Closed already. */});
    return { code, stdout: await this.#stdout, stderr: await this.#stderr };
  }
}

/** Runs a client to its end, with `input` on its standard input. */
export async function runClient(
  args: readonly string[],
  { input = "", ...options }: ClientOptions & { readonly input?: string } = {},
): Promise<Exit> {
  const client = new ClientProcess(args, options);
  if (input !== "") await client.write(input);
  await client.endInput();
  return await client.exit();
}
