// TCP between simulated machines: addresses, listeners, connections, and blocked directions.

import { SimListener } from "./listener.ts";
import type { Machine } from "./machine.ts";
import type { SimProcess } from "./process.ts";
import { randomStream } from "./random_stream.ts";
import type { Scheduler } from "./scheduler.ts";
import { SimSocket } from "./socket.ts";
import type { Random } from "../../support/random.ts";
import type { Trace } from "../trace.ts";

export interface NetworkOptions {
  readonly seed: number;
  /** The average latency of one piece of data, in ms; each takes between half of it and one and a half times it. */
  readonly latencyMs: number;
  /** Capacity of a connection in each direction, in bytes: data in transit and in the receiver's buffer. */
  readonly bufferBytes: number;
  /** The probability that data is split once more, from 0 to below 1. */
  readonly splitRate: number;
}

const SUBNET = "10.0.0";
const FIRST_PORT = 40_000;

export class Network {
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly options: NetworkOptions;
  /** Open sockets. */
  readonly sockets = new Set<SimSocket>();
  readonly #listeners = new Map<string, SimListener>();
  /** What waits for each blocked direction to be unblocked. */
  readonly #blocked = new Map<string, (() => void)[]>();
  readonly #addresses = new Map<Machine, string>();
  #connections = 0;
  #ports = FIRST_PORT;

  constructor(scheduler: Scheduler, trace: Trace, options: NetworkOptions) {
    this.scheduler = scheduler;
    this.trace = trace;
    this.options = options;
  }

  addressOf(machine: Machine): string {
    let address = this.#addresses.get(machine);
    if (address === undefined) {
      this.#addresses.set(machine, address = `${SUBNET}.${this.#addresses.size + 1}`);
    }
    return address;
  }

  /** @throws {Deno.errors.AddrInUse} */
  listen(process: SimProcess, port: number): SimListener {
    const key = `${process.machine.name}:${port}`;
    if (this.#listeners.get(key)?.isOpen) throw new Deno.errors.AddrInUse("Address already in use");
    const address = { transport: "tcp" as const, hostname: this.addressOf(process.machine), port };
    const listener = new SimListener(process, address, () => this.#listeners.delete(key));
    this.#listeners.set(key, listener);
    return listener;
  }

  /** Rejects when the connection is refused, or with the reason of `signal` when it is aborted. */
  connect(process: SimProcess, machine: string, port: number, signal?: AbortSignal): Promise<SimSocket> {
    const random = randomStream(this.options.seed, `connection ${this.#connections++}`);
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      let isSettled = false;
      const release = process.hold(() => isSettled = true);
      const settle = (how: () => void) => {
        if (isSettled) return;
        isSettled = true;
        release();
        signal?.removeEventListener("abort", onAbort);
        how();
      };
      const onAbort = () => settle(() => reject(signal!.reason));
      signal?.addEventListener("abort", onAbort);
      /** Returns the answer to the client; calls `abandon` instead if the client no longer waits for it. */
      const answer = (how: () => void, abandon: () => void) =>
        this.#travel(machine, process.machine.name, this.latency(random), () => {
          if (process.state === "dead") return abandon();
          process.enter(() => isSettled ? abandon() : settle(how));
        });
      this.#travel(process.machine.name, machine, this.latency(random), () => {
        const listener = this.#listeners.get(`${machine}:${port}`);
        if (!listener?.isOpen || listener.isFull) {
          return answer(() => reject(new Deno.errors.ConnectionRefused("Connection refused")), () => {});
        }
        const remote = new SimSocket(this, listener.process, random);
        remote.remoteAddr = {
          transport: "tcp",
          hostname: this.addressOf(process.machine),
          port: ++this.#ports,
        };
        listener.add(remote);
        answer(() => {
          const local = new SimSocket(this, process, random);
          local.remoteAddr = listener.addr;
          local.open(remote);
          remote.open(local);
          resolve(local);
        }, () => remote.abandon());
      });
    });
  }

  /** The latency of one piece of data, in ms. */
  latency(random: Random): number {
    return this.options.latencyMs * (0.5 + random.next());
  }

  /** Nothing travels in this direction until `unblock`. Data in transit is delayed and not lost, because TCP retransmits. */
  block(from: string, to: string): void {
    const key = `${from}>${to}`;
    if (!this.#blocked.has(key)) this.#blocked.set(key, []);
  }

  /** Nothing travels between machines of the one group and of the other, in both directions. @returns undoes it */
  cut(inside: readonly string[], outside: readonly string[]): () => void {
    const directions = inside.flatMap((a) => outside.flatMap((b) => [[a, b], [b, a]] as const));
    for (const [from, to] of directions) this.block(from, to);
    return () => {
      for (const [from, to] of directions) this.unblock(from, to);
    };
  }

  unblock(from: string, to: string): void {
    const key = `${from}>${to}`;
    const waiting = this.#blocked.get(key);
    this.#blocked.delete(key);
    for (const retry of waiting ?? []) this.scheduler.after(this.options.latencyMs, retry);
  }

  isBlocked(from: string, to: string): boolean {
    return this.#blocked.has(`${from}>${to}`);
  }

  unblockAll(): void {
    for (const key of [...this.#blocked.keys()]) {
      const [from, to] = key.split(">");
      this.unblock(from!, to!);
    }
  }

  /**
   * A NAT or firewall drops its entries for a machine: its connections stay open, and lose all further data.
   *
   * @returns false when it has no connection
   */
  forget(machine: Machine): boolean {
    const forgotten = [...this.sockets].filter(({ process }) => process.machine === machine);
    for (const socket of forgotten) socket.forget();
    return forgotten.length > 0;
  }

  /** Calls `arrive` immediately, or when the direction is unblocked. */
  whenOpen(from: string, to: string, arrive: () => void): void {
    const waiting = this.#blocked.get(`${from}>${to}`);
    if (waiting === undefined) return arrive();
    waiting.push(() => this.whenOpen(from, to, arrive));
  }

  #travel(from: string, to: string, ms: number, arrive: () => void): void {
    this.scheduler.after(ms, () => this.whenOpen(from, to, arrive));
  }
}
