// Many deadlines with one timer. Deadlines of equal length come due in the order in which they were added, so a queue per
// length is always sorted, and adding and removing take constant time.

import type { Clock } from "./clock.ts";

export class Deadlines<Item> {
  readonly #clock: Clock;
  readonly #onDue: (item: Item) => void;
  /** By length in ms: the items in the order in which they were added, with the time when they are due. */
  readonly #queues = new Map<number, Map<Item, number>>();
  #timer: { dueAt: number; cancel: () => void } | undefined;

  constructor(clock: Clock, onDue: (item: Item) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** An item may be added once; removing it requires the same `ms`. */
  add(item: Item, ms: number): void {
    const dueAt = this.#clock.now() + ms;
    let queue = this.#queues.get(ms);
    if (queue === undefined) this.#queues.set(ms, queue = new Map());
    queue.set(item, dueAt);
    if (this.#timer === undefined || dueAt < this.#timer.dueAt) this.#setTimer(dueAt);
  }

  remove(item: Item, ms: number): void {
    const queue = this.#queues.get(ms);
    if (queue === undefined || !queue.delete(item)) return;
    if (queue.size === 0) this.#queues.delete(ms);
    if (this.#queues.size === 0) this.#cancelTimer();
  }

  /** Removes all items without calling back. */
  clear(): void {
    this.#queues.clear();
    this.#cancelTimer();
  }

  get size(): number {
    let size = 0;
    for (const queue of this.#queues.values()) size += queue.size;
    return size;
  }

  #setTimer(dueAt: number): void {
    this.#cancelTimer();
    const cancel = this.#clock.after(Math.max(0, dueAt - this.#clock.now()), () => this.#fire());
    this.#timer = { dueAt, cancel };
  }

  #cancelTimer(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #fire(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    const due: [Item, number][] = [];
    let next = Infinity;
    for (const [ms, queue] of this.#queues) {
      for (const [item, dueAt] of queue) {
        if (dueAt > now) {
          next = Math.min(next, dueAt);
          break;
        }
        due.push([item, ms]);
      }
    }
    for (const [item, ms] of due) this.remove(item, ms);
    if (next < Infinity) this.#setTimer(next);
    for (const [item] of due) this.#onDue(item);
  }
}
