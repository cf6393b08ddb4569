// Runs the program of --on-change, once for each change of rank, in order and each within its time. Hooks do not overlap:
// one that moves an address must not overtake the one before it.

import { placeAfter } from "../connection/mod.ts";
import {
  type ChildStatus,
  endOf,
  GroupSignals,
  type SignalSystem,
  type StopTimes,
  WAITED_FOR,
} from "../processes/mod.ts";
import type { ClientEvent, OwnPlace } from "../session/mod.ts";
import { settlesWithin } from "../../time/mod.ts";

export interface RankChange {
  readonly rank: number;
  /** The rank before; `undefined`: this is the first seat, or a new one with the rank of the one before. */
  readonly was?: number | undefined;
  readonly ticket: number;
  readonly epoch: number;
}

/**
 * Finds the changes of the own rank in the events. A seat that is resumed unchanged is no change, and neither is a broken
 * connection. Pure.
 */
export class RankChanges {
  #place: OwnPlace | undefined;
  #last: RankChange | undefined;

  /** Takes every event, in order. */
  note(event: ClientEvent): RankChange | undefined {
    this.#place = placeAfter(this.#place, event);
    if (this.#place === undefined) return undefined;
    const { rank, ticket, epoch } = this.#place;
    const last = this.#last;
    if (last?.rank === rank && last.ticket === ticket) return undefined;
    this.#last = { rank, was: last?.rank === rank ? undefined : last?.rank, ticket, epoch };
    return this.#last;
  }
}

export interface HookParts {
  readonly argv: readonly string[];
  /** Starts it as the first of a process group of its own. Throws when it cannot be started. */
  readonly start: (argv: readonly string[], env: Record<string, string>) => {
    readonly pid: number;
    readonly status: ChildStatus;
  };
  readonly timeoutMs: number;
  /** Changes that may wait; beyond that the oldest is skipped, with a message. */
  readonly maxWaiting: number;
  readonly stopTimes: StopTimes;
  readonly say: (line: string) => void;
  readonly system: SignalSystem;
}

export class Hooks {
  readonly #parts: HookParts;
  readonly #waiting: RankChange[] = [];
  #running: Promise<void> | undefined;
  #pid: number | undefined;

  constructor(parts: HookParts) {
    this.#parts = parts;
  }

  /** The process of the one that runs. */
  get pid(): number | undefined {
    return this.#pid;
  }

  add(change: RankChange): void {
    const { maxWaiting, say } = this.#parts;
    this.#waiting.push(change);
    if (this.#waiting.length > maxWaiting) {
      const { rank, epoch } = this.#waiting.shift()!;
      say(`Hook skipped: ${maxWaiting} changes are already waiting (rank ${rank}, epoch ${epoch})`);
    }
    this.#running ??= this.#runAll();
  }

  /** Starts no further hook; resolves when the one that runs has ended, within its time. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    await this.#running;
  }

  /** KILL to the one that runs: for a process that is about to end without waiting. */
  kill(): void {
    if (this.#pid !== undefined) this.#group(this.#pid).kill();
  }

  async #runAll(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      await this.#run(next);
    }
    this.#running = undefined;
  }

  #group(pid: number): GroupSignals {
    return new GroupSignals(pid, WAITED_FOR, this.#parts.system);
  }

  async #run(change: RankChange): Promise<void> {
    const { argv, start, timeoutMs, stopTimes, say, system } = this.#parts;
    const about = `(rank ${change.rank}, epoch ${change.epoch})`;
    try {
      const { pid, status } = start(argv, environment(change));
      const end = endOf(status);
      this.#pid = pid;
      if (!await settlesWithin(end, timeoutMs, system.after)) {
        say(`Hook stopped: it ran longer than ${timeoutMs} ms ${about}`);
        await this.#group(pid).stop(stopTimes);
      } else if ((await end).code !== 0) say(`Hook failed: exit code ${(await end).code} ${about}`);
    } catch (error) {
      say(`Hook not started: ${error instanceof Error ? error.message : error} ${about}`);
    } finally {
      this.#pid = undefined;
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
