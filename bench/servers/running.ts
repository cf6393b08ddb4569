// What the benchmark has started, so that nothing of it outlives the benchmark: not after an error, not after Ctrl-C.

import { join } from "node:path";
import { delay } from "@std/async/delay";
import { listenersIn } from "./listeners.ts";
import type { PeerCommand } from "./peers.ts";

/** A node of a cluster listens when its NATS servers have found each other. */
const LISTEN_PATIENCE_MS = 30_000;

/** Processes under way and the folder of this run. */
export class Running {
  readonly folder = Deno.makeTempDirSync({ prefix: "rankserver-bench-" });
  readonly #children = new Set<Deno.ChildProcess>();

  add(child: Deno.ChildProcess): Deno.ChildProcess {
    this.#children.add(child);
    child.status.then(() => this.#children.delete(child));
    return child;
  }

  /** Ends everything at once; by process id, each of which was started here. */
  endAll(): void {
    for (const child of this.#children) kill(child);
    try {
      Deno.removeSync(this.folder, { recursive: true });
    } catch {
      // A second call, or somebody tidied up before.
    }
  }
}

export interface RunningServer {
  readonly pid: number;
  readonly port: number;
  /** The file that its output goes to. */
  readonly log: string;
  stop(): Promise<void>;
  /** The last lines that it logged. */
  lastWords(): string;
}

/**
 * Starts a server and waits until it listens. Its output, the log, goes to a file: no reader slows it down.
 *
 * @param port for one that shares it with `sharers` others, which listen already.
 */
export async function startServer(
  running: Running,
  command: (port: number) => PeerCommand,
  port = freePort(),
  sharers = 0,
): Promise<RunningServer> {
  const { argv, env } = command(port);
  const log = join(running.folder, `${port}-${sharers}.log`);
  const child = running.add(
    new Deno.Command("/bin/sh", {
      args: ["-c", 'log=$1; shift; exec "$@" >"$log" 2>&1', "sh", log, ...argv],
      env: { ...env, NO_COLOR: "1" },
      stdin: "null",
    }).spawn(),
  );
  const lastWords = () => Deno.readTextFileSync(log).split("\n").slice(-8).join("\n");
  const patience = AbortSignal.timeout(LISTEN_PATIENCE_MS);
  let hasEnded = false;
  child.status.then(() => hasEnded = true);
  while (countListeners(port) <= sharers) {
    if (hasEnded || patience.aborted) {
      kill(child);
      throw new Error(`Cannot measure ${argv[0]}: it does not listen; it said:\n${lastWords()}`);
    }
    await delay(5);
  }
  return {
    pid: child.pid,
    port,
    log,
    lastWords,
    stop: async () => {
      kill(child);
      await child.status;
      Deno.removeSync(log);
    },
  };
}

/** A port that nobody listens on now. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/** Asks the kernel's table, so that no connection takes a seat. */
function countListeners(port: number): number {
  return listenersIn(Deno.readTextFileSync("/proc/net/tcp"), port);
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended already.
  }
}
