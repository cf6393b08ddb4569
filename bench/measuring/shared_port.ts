// Several rankservers on one port: how the kernel spreads connections over them, and what they deliver together, each to
// a load generator of its own. Neither side is pinned: there are more of them than processors.

import { join } from "node:path";
import type { LoadGenerator, StepResult } from "../load/load_generator.ts";
import type { SharedPortPlan } from "../rows/mod.ts";
import { summarize } from "../report/statistics.ts";
import { PROTOCOL } from "../servers/peers.ts";
import { freePort, type RunningServer, startServer } from "../servers/running.ts";
import type { BenchSetup } from "./bench_setup.ts";

const SPREAD_CLIENTS = 1_000;
const RECEIVERS_EACH = 100;
/** Of the first process; each further one has a seat more, by which clients know it. */
const CAPACITY = 4_000;
/** What generators need to take their seats, some of them at the second or third try. */
const SEATING_S = 1.5;
/** Between the ends of one step and the beginning of the next: warm-up, what is under way, and some patience. */
const BETWEEN_S = 0.8;

/** @returns the results of the steps "spread", "closed" and "pipelined". */
export async function measureSharedPort(
  { processes }: SharedPortPlan,
  setup: BenchSetup,
): Promise<Map<string, StepResult>> {
  const { running, load, servers, seconds, window } = setup;
  const port = freePort();
  const shared: RunningServer[] = [];
  try {
    for (let i = 0; i < processes; i++) {
      shared.push(
        await startServer(running, () => sharedServer(servers.root, port, CAPACITY + i), port, i),
      );
    }
    const everyRun = { protocol: PROTOCOL.rankserver, port, window, seconds, isUnpinned: true } as const;
    const spread = await load.run({
      ...everyRun,
      serverPid: shared[0]!.pid,
      receivers: SPREAD_CLIENTS - 1,
      steps: ["seat", `spread:${processes}`],
    });
    const together = await allTogether(shared, load, everyRun);
    return new Map([
      ["spread", { ...spread.get("seat")!, ...spread.get(`spread:${processes}`)! }],
      ["closed", sumOf(together.map((results) => results.get("closed")!))],
      ["pipelined", sumOf(together.map((results) => results.get("pipelined")!))],
    ]);
  } catch (error) {
    const words = shared.map((server) => server.lastWords()).join("\n");
    throw new Error(`${(error as Error).message}\nThe last words of the servers on one port:\n${words}`);
  } finally {
    for (const server of shared) await server.stop();
  }
}

type EveryRun = Pick<Parameters<LoadGenerator["run"]>[0], "protocol" | "port" | "window" | "seconds">;

/** One generator for each server, all of them at the same step at the same time. */
function allTogether(
  servers: readonly RunningServer[],
  load: LoadGenerator,
  everyRun: EveryRun & { readonly isUnpinned: true },
): Promise<Map<string, StepResult>[]> {
  const first = Date.now() / 1_000 + SEATING_S;
  const second = first + everyRun.seconds + BETWEEN_S;
  const steps = ["seat", `at:${first.toFixed(3)}`, "closed", `at:${second.toFixed(3)}`, "pipelined"];
  return Promise.all(
    servers.map(({ pid }, i) =>
      load.run({
        ...everyRun,
        serverPid: pid,
        receivers: RECEIVERS_EACH,
        steps,
        capacity: CAPACITY + i,
      })
    ),
  );
}

function sumOf(results: readonly StepResult[]): StepResult {
  const per_second = results.reduce((sum, result) => sum + result.per_second!, 0);
  const p50s = results.map(({ p50_us }) => p50_us);
  return p50s[0] === undefined ? { per_second } : { per_second, p50_us: summarize(p50s)!.median };
}

function sharedServer(root: string, port: number, capacity: number) {
  const options = ["--no-prompt", "--allow-all", "--v8-flags=--max-semi-space-size=4"];
  const program = join(root, "bench/servers/shared_port_server.ts");
  return {
    argv: [Deno.execPath(), "run", ...options, program, `${port}`, `${capacity}`] as const,
    env: {},
  };
}
