// Runs the program of --on-change: for one change after the other, in their order, each within its time. Never two at
// once: a hook that moves an address must not overtake the one before it.

import { GroupSignals, type StopTimes } from "../processes/mod.ts";
import type { RankChange } from "./rank_changes.ts";
import { settlesWithin } from "../../time/mod.ts";

export interface HookParts {
  readonly argv: readonly string[];
  /** Starts it as the first of a process group of its own. Throws when it cannot be started. */
  readonly start: (argv: readonly string[], env: Record<string, string>) => {
    readonly pid: number;
    readonly status: Promise<{ readonly code: number }>;
  };
  readonly timeoutMs: number;
  /** Changes that wait; beyond it the oldest is left out, and told. */
  readonly maxWaiting: number;
  readonly stopTimes: StopTimes;
  readonly say: (line: string) => void;
}

export class Hooks {
  readonly #parts: HookParts;
  readonly #waiting: RankChange[] = [];
  #running: Promise<void> | undefined;
  #group: GroupSignals | undefined;

  constructor(parts: HookParts) {
    this.#parts = parts;
  }

  add(change: RankChange): void {
    const { maxWaiting, say } = this.#parts;
    this.#waiting.push(change);
    if (this.#waiting.length > maxWaiting) {
      const { rank, epoch } = this.#waiting.shift()!;
      say(`hook left out: ${maxWaiting} changes wait already (rank ${rank}, epoch ${epoch})`);
    }
    this.#running ??= this.#runAll();
  }

  /** Begins no further one; resolves when the one that runs has ended, within its time. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    await this.#running;
  }

  /** KILL to the one that runs: for a process that is about to end without waiting. */
  kill(): void {
    this.#group?.kill();
  }

  async #runAll(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      await this.#run(next);
    }
    this.#running = undefined;
  }

  async #run(change: RankChange): Promise<void> {
    const { argv, start, timeoutMs, stopTimes, say } = this.#parts;
    const about = `(rank ${change.rank}, epoch ${change.epoch})`;
    try {
      const { pid, status } = start(argv, environment(change));
      this.#group = new GroupSignals(pid);
      if (!await settlesWithin(status, timeoutMs)) {
        say(`hook stopped: it ran longer than ${timeoutMs} ms ${about}`);
        await this.#group.stop(stopTimes);
      } else if ((await status).code !== 0) say(`hook failed: exit code ${(await status).code} ${about}`);
    } catch (error) {
      say(`hook not started: ${error instanceof Error ? error.message : error} ${about}`);
    } finally {
      this.#group = undefined;
    }
  }
}

function environment({ rank, was, ticket, epoch }: RankChange): Record<string, string> {
  return {
    RANK: String(rank),
    RANK_WAS: String(was ?? ""),
    RANK_TICKET: String(ticket),
    RANK_EPOCH: String(epoch),
  };
}
