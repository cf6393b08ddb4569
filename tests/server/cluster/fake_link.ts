// A link between nodes of one process that loses, doubles, delays and reorders packets, by chance with a seed.

import type { NodeLink } from "../../../src/server/cluster/mod.ts";
import type { FakeClock } from "../../support/fake_clock.ts";
import type { Random } from "../../support/random.ts";

export interface LinkFaults {
  /** Probabilities. */
  readonly loss: number;
  readonly doubling: number;
  /** The longest delay of most packets, and of one in twenty. */
  readonly delayMs: number;
  readonly longDelayMs: number;
}

export const GOOD_LINK: LinkFaults = { loss: 0, doubling: 0, delayMs: 1, longDelayMs: 1 };
export const BAD_LINK: LinkFaults = { loss: 0.15, doubling: 0.15, delayMs: 30, longDelayMs: 900 };

/** What carries the packets of all nodes. */
export class FakeLink implements NodeLink {
  readonly #clock: FakeClock;
  readonly #random: Random;
  readonly #listeners = new Map<string, (bytes: Uint8Array) => void>();
  faults: LinkFaults;
  /** All packets, as they were published. */
  readonly packets: { readonly node: string; readonly bytes: Uint8Array }[] = [];

  constructor(clock: FakeClock, random: Random, faults: LinkFaults) {
    this.#clock = clock;
    this.#random = random;
    this.faults = faults;
  }

  publish(node: string, bytes: Uint8Array): void {
    this.packets.push({ node, bytes });
    const { loss, doubling, delayMs, longDelayMs } = this.faults;
    if (this.#random.chance(loss)) return;
    const copies = this.#random.chance(doubling) ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      const maxMs = this.#random.chance(0.05) ? longDelayMs : delayMs;
      this.#clock.after(this.#random.below(maxMs + 1), () => this.deliver(node, bytes));
    }
  }

  /** Delivers a packet now. */
  deliver(node: string, bytes: Uint8Array): void {
    this.#listeners.get(node)?.(bytes.slice());
  }

  subscribe(node: string, listener: (bytes: Uint8Array) => void): () => void {
    this.#listeners.set(node, listener);
    return () => void this.#listeners.delete(node);
  }
}
