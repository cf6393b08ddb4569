// Calls back when a beat that was sent later has been applied: what the state said then was true for all nodes.

import type { LogPort } from "../../../src/journal/engines/nats/mod.ts";

export class Echoes {
  #waiting: (() => void)[] = [];
  readonly #byBeat = new Map<string, (() => void)[]>();

  /** The log, with a look at the beats that are sent. */
  wrap(log: LogPort): LogPort {
    return {
      get isConnected() {
        return log.isConnected;
      },
      append: (record, id, timeoutMs) => {
        if (record.includes('"kind":"beat"')) this.#byBeat.set(id, this.#waiting.splice(0));
        return log.append(record, id, timeoutMs);
      },
      read: (...args) => log.read(...args),
      readNext: (...args) => log.readNext(...args),
      describe: (timeoutMs) => log.describe(timeoutMs),
      follow: (listener) => log.follow(listener),
      watch: (listener) => log.watch(listener),
    };
  }

  wait(callback: () => void): void {
    this.#waiting.push(callback);
  }

  applied(id: string): void {
    if (!this.#byBeat.has(id)) return;
    const due: (() => void)[] = [];
    for (const [beat, callbacks] of this.#byBeat) {
      this.#byBeat.delete(beat);
      due.push(...callbacks);
      if (beat === id) break;
    }
    for (const callback of due) callback();
  }

  clear(): void {
    this.#waiting = [];
    this.#byBeat.clear();
  }
}
