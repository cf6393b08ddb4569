// A Prometheus server on a free port, with a directory of its own, and promtool, which checks its files.

import { join } from "node:path";
import { freePorts } from "./free_ports.ts";

const PROMETHEUS = "prometheus";
const PROMTOOL = "promtool";
const START_MS = 20_000;

/** For `ignore` of a test; says why. */
export async function isPrometheusMissing(): Promise<boolean> {
  for (const program of [PROMETHEUS, PROMTOOL]) {
    try {
      await new Deno.Command(program, { args: ["--version"] }).output();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      console.log(`${program} is missing: its tests are ignored`);
      return true;
    }
  }
  return false;
}

export interface Checked {
  readonly code: number;
  /** Both of its outputs. */
  readonly output: string;
}

/** Runs promtool. @param input on its standard input */
export async function promtool(args: readonly string[], input = ""): Promise<Checked> {
  const child = new Deno.Command(PROMTOOL, {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
}

/** One series of the answer to a query. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

export class Prometheus implements AsyncDisposable {
  readonly #folder: string;
  readonly #url: string;
  readonly #child: Deno.ChildProcess;

  private constructor(folder: string, url: string, child: Deno.ChildProcess) {
    this.#folder = folder;
    this.#url = url;
    this.#child = child;
  }

  /** Starts it and waits until it answers. @param config of the file; @param files others in the same directory, by name */
  static async start(config: string, files: Readonly<Record<string, string>> = {}): Promise<Prometheus> {
    const folder = await Deno.makeTempDir({ prefix: "prometheus-" });
    for (const [name, text] of Object.entries({ ...files, "prometheus.yml": config })) {
      await Deno.writeTextFile(join(folder, name), text);
    }
    const [port] = freePorts(1);
    const args = [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--log.level=error",
    ];
    const child = new Deno.Command(PROMETHEUS, { args, stdin: "null", stdout: "null" }).spawn();
    const started = new Prometheus(folder, `http://127.0.0.1:${port}`, child);
    try {
      await started.until("ready", async () => {
        const response = await fetch(`${started.#url}/-/ready`).catch(() => undefined);
        await response?.body?.cancel();
        return response?.status === 200 || undefined;
      });
      return started;
    } catch (error) {
      await started[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The answer to an instant query. */
  async query(expression: string): Promise<Series[]> {
    const data = await this.get(`query?query=${encodeURIComponent(expression)}`) as {
      result: { metric: Record<string, string>; value: [number, string] }[];
    };
    return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  }

  /** The data of an answer of its API, version 1. */
  async get(path: string): Promise<unknown> {
    const response = await fetch(`${this.#url}/api/v1/${path}`);
    const answer = await response.json();
    if (answer.status !== "success") throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer.data;
  }

  /** Asks again until there is a result. */
  async until<Result>(what: string, ask: () => Promise<Result | undefined>): Promise<Result> {
    const deadline = performance.now() + START_MS;
    for (;;) {
      const result = await ask();
      if (result !== undefined) return result;
      if (performance.now() > deadline) throw new Error(`Prometheus: not ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await this.#child.status;
    await Deno.remove(this.#folder, { recursive: true });
  }
}
