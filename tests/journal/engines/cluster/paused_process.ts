// A process that can be stopped and continued, as by SIGSTOP and SIGCONT: meanwhile no timer fires and nothing arrives, and
// then everything does at once.

import type { LogPort } from "../../../../src/journal/engines/nats/mod.ts";
import type { Clock } from "../../../../src/time/mod.ts";
import { SYSTEM } from "../nats/test_node.ts";

export class PausedProcess {
  /** The clock of a virtual machine that is stopped stands still; that of a process goes on. */
  readonly #clockStops: boolean;
  #stoppedAt: number | undefined;
  #lostMs = 0;
  #queue: (() => void)[] = [];

  constructor({ clockStops = false } = {}) {
    this.#clockStops = clockStops;
  }

  readonly clock: Clock = {
    now: () => {
      const now = SYSTEM.clock.now();
      return this.#clockStops ? (this.#stoppedAt ?? now) - this.#lostMs : now;
    },
    after: (ms, callback) => {
      let isCancelled = false;
      const cancel = SYSTEM.clock.after(ms, () => this.#run(() => isCancelled || callback()));
      return () => {
        isCancelled = true;
        cancel();
      };
    },
  };

  stop(): void {
    this.#stoppedAt = SYSTEM.clock.now();
  }

  /** Only the clock is right at first: what has arrived comes with the next turn of the event loop. */
  continue(): void {
    this.#lostMs += SYSTEM.clock.now() - this.#stoppedAt!;
    this.#stoppedAt = undefined;
    const queue = this.#queue;
    this.#queue = [];
    setTimeout(() => queue.forEach((callback) => callback()), 0);
  }

  log(log: LogPort): LogPort {
    const late = async <Result>(request: Promise<Result>): Promise<Result> => {
      try {
        return await request;
      } finally {
        await new Promise<void>((resolve) => this.#run(resolve));
      }
    };
    return {
      get isConnected() {
        return log.isConnected;
      },
      append: (...args) => late(log.append(...args)),
      read: (...args) => late(log.read(...args)),
      readNext: (...args) => late(log.readNext(...args)),
      describe: (...args) => late(log.describe(...args)),
      follow: (listener) =>
        log.follow((sequence, data) => this.#run(() => listener(sequence, new Uint8Array(data)))),
      watch: (listener) => log.watch((event) => this.#run(() => listener(event))),
    };
  }

  #run(callback: () => void): void {
    if (this.#stoppedAt === undefined) callback();
    else this.#queue.push(callback);
  }
}
