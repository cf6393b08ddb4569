// Runs the plans: within each repetition every plan is run against one server after the other, so that the numbers of a
// ratio were measured within seconds.

import type { LoadGenerator, StepResult } from "./load.ts";
import { type Peer, peerCommand, type PeerSetup, PROTOCOL, SLOW_WORDS } from "./peers.ts";
import { type Plan, PLANS, type Row, type Source, sourceFor, stepsFor } from "./rows.ts";
import { freePort, type Running, startServer } from "./running.ts";
import { summarize } from "./statistics.ts";

/** Starts of a program in each repetition, of which the median counts: they take milliseconds and vary. */
const STARTS = 5;

export interface MeasureOptions {
  readonly rows: readonly Row[];
  readonly peers: readonly Peer[];
  readonly repetitions: number;
  readonly seconds: number;
  readonly window: number;
  readonly onProgress: (what: string) => void;
}

/** The steps' answers: by peer, one map of "plan/step" for each repetition. */
export class Measurements {
  readonly #byPeer = new Map<Peer, Map<string, StepResult>[]>();

  set(peer: Peer, repetition: number, plan: string, step: string, result: StepResult): void {
    const repetitions = this.#byPeer.get(peer) ?? [];
    this.#byPeer.set(peer, repetitions);
    (repetitions[repetition] ??= new Map()).set(`${plan}/${step}`, result);
  }

  /** One value for each repetition, `undefined` where there is none. */
  values(row: Row, peer: Peer): (number | undefined)[] {
    const source = sourceFor(row, peer);
    return (this.#byPeer.get(peer) ?? []).map((results) => source && valueOf(results, source));
  }

  /** The highest share of a processor that the generator used in any step of that name. */
  mostLoadCpu(step: string): number {
    const all = [...this.#byPeer.values()].flat().flatMap((results) => [...results]);
    const shares = all.filter(([key]) => key.split("/")[1] === step).map(([, result]) =>
      result.load_cpu ?? 0
    );
    return Math.max(0, ...shares);
  }
}

function valueOf(results: ReadonlyMap<string, StepResult>, source: Source): number | undefined {
  return results.get(`${source.plan}/${source.step}`)?.[source.field];
}

export class Measuring {
  readonly #running: Running;
  readonly #load: LoadGenerator;
  readonly #setup: PeerSetup;
  readonly #options: MeasureOptions;
  readonly #measurements = new Measurements();

  constructor(running: Running, load: LoadGenerator, setup: PeerSetup, options: MeasureOptions) {
    this.#running = running;
    this.#load = load;
    this.#setup = setup;
    this.#options = options;
  }

  async run(): Promise<Measurements> {
    const { rows, peers, repetitions, onProgress } = this.#options;
    const plans = [...Object.keys(PLANS), "startup"];
    for (let repetition = 0; repetition < repetitions; repetition++) {
      // Whoever goes first changes, so that none profits from its place.
      const order = peers.map((_, i) => peers[(i + repetition) % peers.length]!);
      for (const plan of plans) {
        for (const peer of order) {
          const steps = stepsFor(rows, plan, peer);
          if (steps.length === 0) continue;
          onProgress(`repetition ${repetition + 1} of ${repetitions}, plan ${plan}, ${peer}`);
          if (plan === "startup") await this.#measureStartUp(peer, repetition);
          else await this.#measure(peer, repetition, plan, PLANS[plan]!, steps);
        }
      }
    }
    return this.#measurements;
  }

  async #measure(peer: Peer, repetition: number, name: string, plan: Plan, steps: string[]): Promise<void> {
    const { seconds, window } = this.#options;
    const { receivers } = plan;
    const server = await startServer(
      this.#running,
      (port) => peerCommand(peer, port, plan, this.#setup),
    );
    try {
      const { port, pid: serverPid, log } = server;
      const protocol = PROTOCOL[peer];
      const slow = { log, words: SLOW_WORDS[peer] };
      const results = await this.#load.run({
        protocol,
        port,
        serverPid,
        receivers,
        window,
        seconds,
        steps,
        slow,
      });
      for (const [step, result] of results) this.#measurements.set(peer, repetition, name, step, result);
    } catch (error) {
      throw new Error(`${(error as Error).message}\nThe last words of ${peer}:\n${server.lastWords()}`);
    } finally {
      await server.stop();
    }
  }

  async #measureStartUp(peer: Peer, repetition: number): Promise<void> {
    const port = freePort();
    const { argv } = peerCommand(peer, port, { receivers: 1 }, this.#setup);
    // The first start brings the executable into memory.
    await this.#load.startUp(port, argv);
    const starts: number[] = [];
    for (let i = 0; i < STARTS; i++) starts.push((await this.#load.startUp(port, argv)).ms!);
    this.#measurements.set(peer, repetition, "startup", "startup", { ms: summarize(starts)!.median });
  }
}
