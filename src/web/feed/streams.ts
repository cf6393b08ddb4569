// The open pages: a limited number, shared fairly between addresses.

import { addressKey } from "../../server/limits/mod.ts";
import type { EventStream } from "./event_stream.ts";

export class Streams {
  readonly #max: number;
  /** In the order in which they were opened. */
  readonly #streams = new Set<EventStream>();

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#streams.size;
  }

  [Symbol.iterator](): IterableIterator<EventStream> {
    return this.#streams.values();
  }

  /**
   * Whether one more from this address may be opened. If all are taken, the newest one of the address that has the most is
   * closed, unless the new one would leave that address with fewer than its own.
   */
  makeRoom(ip: string): boolean {
    if (this.#streams.size < this.#max) return true;
    const replaced = this.#findReplaceable(ip);
    replaced?.close();
    return replaced !== undefined;
  }

  /** What {@linkcode makeRoom} would return. */
  hasRoom(ip: string): boolean {
    return this.#streams.size < this.#max || this.#findReplaceable(ip) !== undefined;
  }

  add(stream: EventStream): void {
    this.#streams.add(stream);
  }

  remove(stream: EventStream): void {
    this.#streams.delete(stream);
  }

  /** The one that a new one from this address would replace. */
  #findReplaceable(ip: string): EventStream | undefined {
    const counts = new Map<string, number>();
    for (const stream of this.#streams) {
      const key = addressKey(stream.ip);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const [most, count] = [...counts].reduce((a, b) => b[1] > a[1] ? b : a);
    if (count <= (counts.get(addressKey(ip)) ?? 0) + 1) return undefined;
    return [...this.#streams].findLast((stream) => addressKey(stream.ip) === most);
  }
}
