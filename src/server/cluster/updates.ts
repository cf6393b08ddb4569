// Collects updates about runs, so that each server gets one message per iteration of the event loop.

import { type Clock, oncePerTurn } from "../../time/mod.ts";
import type { ExecutorOutcome } from "../runs/mod.ts";
import type { NodeChannels } from "./channels/mod.ts";
import { encodeMessage, type Settlement } from "./node_message.ts";

/** Of the text in one message, in UTF-16 code units. */
const MAX_TEXT_LENGTH = 256 * 1024;
/** When the queue to a node was full. */
const RETRY_MS = 500;

interface Update {
  settled: Settlement[];
  readonly cancelled: [run: number, ticket: number][];
  readonly ended: number[];
  textLength: number;
}

export interface UpdatesOptions {
  readonly channels: Pick<NodeChannels, "send">;
  readonly clock: Clock;
  /** Calls back in the next iteration of the event loop; `setImmediate`. */
  readonly afterIo: (callback: () => void) => void;
  readonly isLive: (node: string) => boolean;
}

export class Updates {
  readonly #options: UpdatesOptions;
  readonly #updates = new Map<string, Update>();
  readonly #schedule: () => void;
  #stopRetrying: (() => void) | undefined;
  #isStopped = false;

  constructor(options: UpdatesOptions) {
    this.#options = options;
    this.#schedule = oncePerTurn(options.afterIo, () => this.#flush());
  }

  settled(node: string, run: number, ticket: number, outcome: ExecutorOutcome | number): void {
    const update = this.#updateFor(node);
    update.settled.push([run, ticket, outcome]);
    if (typeof outcome === "number") return;
    update.textLength += (outcome.stdout?.length ?? 0) + (outcome.stderr?.length ?? 0);
    if (update.textLength > MAX_TEXT_LENGTH && !this.#isStopped) this.#send(node, update);
  }

  cancelled(node: string, run: number, ticket: number): void {
    this.#updateFor(node).cancelled.push([run, ticket]);
  }

  ended(node: string, run: number): void {
    this.#updateFor(node).ended.push(run);
  }

  nodeGone(node: string): void {
    this.#updates.delete(node);
  }

  /** Sends nothing from now on. */
  stop(): void {
    this.#isStopped = true;
    this.clear();
  }

  clear(): void {
    this.#updates.clear();
    this.#stopRetrying?.();
    this.#stopRetrying = undefined;
  }

  #updateFor(node: string): Update {
    let update = this.#updates.get(node);
    if (update === undefined) {
      update = { settled: [], cancelled: [], ended: [], textLength: 0 };
      this.#updates.set(node, update);
    }
    this.#schedule();
    return update;
  }

  #flush(): void {
    if (this.#isStopped) this.#updates.clear();
    for (const [node, update] of this.#updates) this.#send(node, update);
  }

  #send(node: string, update: Update): void {
    const { channels, clock, isLive } = this.#options;
    const { textLength: _, ...lists } = update;
    if (channels.send(node, encodeMessage({ kind: "update", ...lists })) || !isLive(node)) {
      this.#updates.delete(node);
      return;
    }
    // The outcome of an executor must arrive; its output need not.
    update.settled = update.settled.map(([run, ticket, outcome]) => [run, ticket, withoutOutput(outcome)]);
    update.textLength = 0;
    this.#stopRetrying ??= clock.after(RETRY_MS, () => {
      this.#stopRetrying = undefined;
      this.#flush();
    });
  }
}

function withoutOutput(outcome: ExecutorOutcome | number): ExecutorOutcome | number {
  if (typeof outcome === "number" || (outcome.stdout ?? "") + (outcome.stderr ?? "") === "") return outcome;
  return { ...outcome, stdout: "", stderr: "", cut: true };
}
