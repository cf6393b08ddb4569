// Many deadlines, one timer. Those that are equally long come due in the order they began, so a queue for each length
// is sorted by itself: adding and removing cost the same however many there are.

import type { Clock } from "./clock.ts";

export class Deadlines<Item> {
  readonly #clock: Clock;
  readonly #onDue: (item: Item) => void;
  /** By length in ms: items to the time they are due, in the order they were added. */
  readonly #queues = new Map<number, Map<Item, number>>();
  #armed: { dueAt: number; disarm: () => void } | undefined;

  constructor(clock: Clock, onDue: (item: Item) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** An item may be in once; `ms` is needed again to remove it. */
  add(item: Item, ms: number): void {
    const dueAt = this.#clock.now() + ms;
    let queue = this.#queues.get(ms);
    if (queue === undefined) this.#queues.set(ms, queue = new Map());
    queue.set(item, dueAt);
    if (this.#armed === undefined || dueAt < this.#armed.dueAt) this.#arm(dueAt);
  }

  remove(item: Item, ms: number): void {
    const queue = this.#queues.get(ms);
    if (queue === undefined || !queue.delete(item)) return;
    if (queue.size === 0) this.#queues.delete(ms);
    if (this.#queues.size === 0) this.#disarm();
  }

  /** Forgets all items without calling anybody. */
  clear(): void {
    this.#queues.clear();
    this.#disarm();
  }

  get size(): number {
    let size = 0;
    for (const queue of this.#queues.values()) size += queue.size;
    return size;
  }

  #arm(dueAt: number): void {
    this.#disarm();
    const disarm = this.#clock.after(Math.max(0, dueAt - this.#clock.now()), () => this.#fire());
    this.#armed = { dueAt, disarm };
  }

  #disarm(): void {
    this.#armed?.disarm();
    this.#armed = undefined;
  }

  #fire(): void {
    this.#armed = undefined;
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
    if (next < Infinity) this.#arm(next);
    for (const [item] of due) this.#onDue(item);
  }
}
