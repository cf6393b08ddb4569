// A run to a hundred executors, of which some fail, some answer too late, some are killed in the middle, some refuse by
// their own file, and the rest succeed: real programs under the real executor over real sockets, real kills.

import { assert, assertEquals } from "@std/assert";
import { deadline } from "@std/async/deadline";
import { DENO_SYSTEM } from "../../../src/client/connection/connection_system.ts";
import type { Client } from "../../../src/client/mod.ts";
import { openClient } from "../../../src/client/mod.ts";
import { openClientOn } from "../../../src/client/open_client.ts";
import { ProgramRunner } from "../../../src/client/executor/program_runner.ts";
import { CLIENT_BOUNDS } from "../../../src/config/keys/client_bounds.ts";
import { loadClientConfig } from "../../../src/config/client_config.ts";
import type { ResultNote, RunSummary, Status } from "../../../src/protocol/methods/mod.ts";
import { isRunning, untilGone } from "../../support/client/processes.ts";
import { drawSeed } from "../../support/seed.ts";
import { Random } from "../../support/random.ts";
import { startServer, type TestServer } from "../../support/server/start_server.ts";

const EXECUTORS = 100;
const PLAN: Readonly<Record<Kind, number>> = { fails: 10, hangs: 5, dies: 5, refuses: 5, succeeds: 75 };
const EXPECTED: Readonly<Record<Kind, Status>> = {
  fails: "failed",
  hangs: "timed_out",
  dies: "lost",
  refuses: "refused",
  succeeds: "ok",
};
const RUN_TIMEOUT_MS = 4_000;
const MAX_TEST_MS = 60_000;

type Kind = "fails" | "hangs" | "dies" | "refuses" | "succeeds";

const SERVER = `
max_clients = 200
[commands.work]
args = [{ name = "word" }]
timeout_ms = ${RUN_TIMEOUT_MS}
`;

/** What each kind of executor's own file says; "pid" lets the test look for the process afterwards. */
const FILES: Readonly<Record<Kind, string>> = {
  fails: `work = ["sh", "-c", "exit 3", "{word}"]`,
  // Its own time-out is longer than the server's.
  hangs: `work = ["sh", "-c", "echo $$ >> \\"$PIDS\\"; sleep 300", "{word}"]`,
  dies: `work = ["sh", "-c", "echo $$ >> \\"$PIDS\\"; sleep 300", "{word}"]`,
  refuses: `[run.work]\nargv = ["true", "{word}"]\nargs = [{ name = "word", one_of = ["other"] }]`,
  succeeds: `work = ["echo", "{word}"]`,
};

/** An executor in this process; `cut` breaks its connection as a crash would. */
interface Executor {
  readonly kind: Kind;
  readonly session: Client;
  cut(): void;
}

async function openExecutor(kind: Kind, port: number, pids: string): Promise<Executor> {
  const body = FILES[kind].replaceAll("$PIDS", pids);
  const text = body.startsWith("[run") ? body : `[run]\n${body}`;
  const config = await loadClientConfig({ file: { path: "client.toml", text }, host: "127.0.0.1" });
  let conn: Deno.TcpConn | undefined;
  const system: typeof DENO_SYSTEM = {
    ...DENO_SYSTEM,
    connect: async ({ host, port }) => conn = await Deno.connect({ hostname: host, port }),
    random: () => 0.5,
    delay: () => Promise.resolve(),
  };
  const session = openClientOn(system, {
    host: "127.0.0.1",
    port,
    name: `${kind}`,
    runner: new ProgramRunner(config.run, { ...CLIENT_BOUNDS, ...config.limits, killAfterMs: 200 }),
    limits: config.limits,
  });
  await welcomeOf(session);
  return { kind, session, cut: () => conn!.close() };
}

async function welcomeOf(session: Client): Promise<void> {
  for await (const event of session.events) {
    if (event.kind === "welcome") return;
    if (event.kind === "disconnected") throw new Error(event.why);
  }
}

class Scene implements AsyncDisposable {
  readonly #folder: string;
  readonly server: TestServer;
  readonly issuer: Client;
  readonly executors: Executor[] = [];

  private constructor(folder: string, server: TestServer, issuer: Client) {
    this.#folder = folder;
    this.server = server;
    this.issuer = issuer;
  }

  static async open(random: Random): Promise<Scene> {
    const server = await startServer({ toml: SERVER });
    const limits = { lineBytes: 32 * 1024 * 1024, programsAtOnce: 1, programsQueued: 1 };
    const issuer = openClient({ host: "127.0.0.1", port: server.port, name: "issuer", limits });
    await welcomeOf(issuer);
    const scene = new Scene(await Deno.makeTempDir(), server, issuer);
    const kinds = Object.entries(PLAN).flatMap(([kind, count]) => Array<Kind>(count).fill(kind as Kind));
    for (const kind of random.sample(kinds, kinds.length)) {
      scene.executors.push(await openExecutor(kind, server.port, scene.#pidFile));
    }
    return scene;
  }

  get #pidFile(): string {
    return `${this.#folder}/pids`;
  }

  /** Waits until all the programs that hang have started. */
  async hangingPids(): Promise<number[]> {
    for (;;) {
      const text = await Deno.readTextFile(this.#pidFile).catch(() => "");
      const pids = text.split("\n").filter((line) => line !== "").map(Number);
      if (pids.length === PLAN.hangs + PLAN.dies) return pids;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.issuer, ...this.executors.map(({ session }) => session)].map((s) => s.close()));
    await this.server.stop();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

const SEEDS = Deno.env.has("TEST_SEED") ? [drawSeed()] : [1, 2, 3];

for (const seed of SEEDS) {
  Deno.test(`G7, G8: a run to ${EXECUTORS} executors ends with one status for each, at once after the last (seed ${seed})`, async () => {
    await using scene = await Scene.open(new Random(seed));
    const results: ResultNote[] = [];
    let lastResultAt = 0;
    const onResult = (result: ResultNote) => {
      results.push(result);
      lastResultAt = performance.now();
    };
    const run = scene.issuer.run({ command: "work", args: ["hello"] }, { onResult });
    const pids = await deadline(scene.hangingPids(), MAX_TEST_MS);
    for (const { kind, cut } of scene.executors) if (kind === "dies") cut();

    const summary = await deadline(run.done, MAX_TEST_MS) as RunSummary;
    const answeredAfterMs = performance.now() - lastResultAt;

    assertEquals(summary.executors, EXECUTORS);
    const { ok, failed, refused, timed_out, lost, delivered, cancelled } = summary;
    assertEquals({ ok, failed, refused, timed_out, lost, delivered, cancelled }, {
      ok: PLAN.succeeds,
      failed: PLAN.fails,
      refused: PLAN.refuses,
      timed_out: PLAN.hangs,
      lost: PLAN.dies,
      delivered: 0,
      cancelled: 0,
    });
    for (const [index, { kind }] of scene.executors.entries()) {
      const result = summary.results[index]!;
      assertEquals([result.rank, result.status], [index + 1, EXPECTED[kind]]);
      if (kind === "succeeds") assertEquals(result.stdout, "hello\n");
      if (kind === "fails") assertEquals(result.code, 3);
    }
    assertEquals(
      results.map((result) => result.rank).sort((a, b) => a - b),
      summary.results.map((r) => r.rank),
    );
    console.log(`the answer came ${answeredAfterMs.toFixed(1)} ms after the last status`);
    assertEquals(scene.server.server.runsInFlight, 0);
    await untilGone(pids);
    assertEquals(pids.filter(isRunning), [], "programs are left running");
  });

  Deno.test(`G7: the issuer goes in the middle of a run to ${EXECUTORS}: everything is cancelled, nothing is left (seed ${seed})`, async () => {
    await using scene = await Scene.open(new Random(seed));
    const run = scene.issuer.run({ command: "work", args: ["hello"] });
    run.done.catch(() => {/* It does not live to hear it. */});
    const pids = await deadline(scene.hangingPids(), MAX_TEST_MS);
    assert(pids.every(isRunning));
    await scene.issuer.close();
    const ended = await scene.server.until((event) => event.event === "run_ended");
    assert(ended.event === "run_ended");
    const total = Object.values(ended.counts).reduce((sum, count) => sum + count, 0);
    assertEquals(total, EXECUTORS);
    assert(ended.counts.cancelled! >= PLAN.hangs + PLAN.dies);
    assertEquals(scene.server.server.runsInFlight, 0);
    await untilGone(pids);
    assertEquals(pids.filter(isRunning), [], "programs are left running");
  });
}
