// A connection between two processes that carries callbacks. As with TCP, they arrive in order, late while the network is
// blocked, and not at all once the connection is closed.

import type { Random } from "../../support/random.ts";
import type { Network } from "./network.ts";
import type { SimProcess } from "./process.ts";

interface WireEnd {
  readonly process: SimProcess;
  /** What is on its way to this end. */
  readonly arriving: (() => void)[];
  onClosed: (() => void) | undefined;
  release: () => void;
  isOpen: boolean;
}

export class Wire {
  readonly #network: Network;
  readonly #random: Random;
  readonly #ends: readonly [WireEnd, WireEnd];

  constructor(network: Network, random: Random, processes: readonly [SimProcess, SimProcess]) {
    this.#network = network;
    this.#random = random;
    const end = (process: SimProcess): WireEnd => {
      const release = process.hold(() => this.close(process));
      return { process, arriving: [], onClosed: undefined, release, isOpen: true };
    };
    this.#ends = [end(processes[0]), end(processes[1])];
  }

  /** Whether this end has neither closed the connection nor been told that the other one has. */
  isOpen(at: SimProcess): boolean {
    return this.#endOf(at).isOpen && at.state !== "dead";
  }

  /** Calls back when the other end has closed the connection, or its process has ended. */
  whenClosed(at: SimProcess, callback: () => void): void {
    this.#endOf(at).onClosed = callback;
  }

  /** Calls `arrive` in the other process. */
  send(from: SimProcess, arrive: () => void): void {
    if (this.isOpen(from)) this.#send(from, arrive);
  }

  close(from: SimProcess): void {
    const end = this.#endOf(from);
    if (!end.isOpen) return;
    end.isOpen = false;
    end.release();
    this.#send(from, () => {
      const other = this.#otherThan(from);
      other.isOpen = false;
      other.release();
      other.onClosed?.();
    });
  }

  #send(from: SimProcess, arrive: () => void): void {
    const to = this.#otherThan(from);
    to.arriving.push(() => to.process.enter(() => to.isOpen && arrive()));
    const { scheduler } = this.#network;
    scheduler.after(this.#network.latency(this.#random), () =>
      this.#network.whenOpen(
        from.machine.name,
        to.process.machine.name,
        // Whatever the latency, the first comes first.
        () => to.arriving.shift()!(),
      ));
  }

  #endOf(process: SimProcess): WireEnd {
    return this.#ends[0].process === process ? this.#ends[0] : this.#ends[1];
  }

  #otherThan(process: SimProcess): WireEnd {
    return this.#ends[0].process === process ? this.#ends[1] : this.#ends[0];
  }
}
