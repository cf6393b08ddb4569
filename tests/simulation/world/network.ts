// TCP between simulated processes: connections, bytes that take time and arrive in any pieces, full buffers, and everything
// that can break. Errors are those of the runtime, because the product tells them apart by their classes.

import type { Listener } from "../../../src/server/connection/listener.ts";
import type { LinkConn } from "../../../src/client/connection/transport/link.ts";
import type { Random } from "../../support/random.ts";
import { randomStream } from "./random_stream.ts";
import type { Machine } from "./machine.ts";
import type { SimProcess } from "./process.ts";
import type { Trace } from "../trace.ts";
import type { Scheduler } from "./scheduler.ts";

export interface NetworkOptions {
  readonly seed: number;
  /** Of one piece of data, in ms: half of it at least. */
  readonly latencyMs: number;
  /** Bytes on the way and in the receiver's buffer, in each direction. */
  readonly bufferBytes: number;
  /** How often data arrives in several pieces. */
  readonly splitRate: number;
}

const BACKLOG = 128;
const LOOPBACK = "10.0.0";

const decoder = new TextDecoder();

export class Network {
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly options: NetworkOptions;
  readonly #listeners = new Map<string, SimListener>();
  readonly #blocked = new Map<string, (() => void)[]>();
  readonly #addresses = new Map<Machine, string>();
  readonly sockets = new Set<SimSocket>();
  #connections = 0;
  #ports = 40_000;

  constructor(scheduler: Scheduler, trace: Trace, options: NetworkOptions) {
    this.scheduler = scheduler;
    this.trace = trace;
    this.options = options;
  }

  addressOf(machine: Machine): string {
    let address = this.#addresses.get(machine);
    if (address === undefined) {
      this.#addresses.set(machine, address = `${LOOPBACK}.${this.#addresses.size + 1}`);
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

  /** Rejects when the connection is refused or `signal` is aborted. */
  connect(process: SimProcess, machine: string, port: number, signal?: AbortSignal): Promise<SimSocket> {
    const number = this.#connections++;
    const random = randomStream(this.options.seed, `connection ${number}`);
    return new Promise((resolve, reject) => {
      let isOver = false;
      let release = () => {};
      const finish = (then: () => void) => {
        if (isOver) return;
        isOver = true;
        release();
        then();
      };
      const onAbort = () => finish(() => reject(signal!.reason));
      if (signal?.aborted) return onAbort();
      signal?.addEventListener("abort", onAbort, { once: true });
      release = process.hold(() => isOver = true);
      const removeListener = () => signal?.removeEventListener("abort", onAbort);
      const answer = (then: () => void, refuse: () => void) =>
        this.#travel(machine, process.machine.name, this.latency(random), () => {
          // The client gave up, or is gone: its side never opens.
          if (process.state === "dead") return refuse();
          process.enter(() => {
            if (isOver) return refuse();
            finish(() => {
              removeListener();
              then();
            });
          });
        });
      this.#travel(process.machine.name, machine, this.latency(random), () => {
        const listener = this.#listeners.get(`${machine}:${port}`);
        if (!listener?.isOpen || listener.isFull) {
          return answer(() => reject(new Deno.errors.ConnectionRefused("Connection refused")), () => {});
        }
        const localPort = ++this.#ports;
        const there = new SimSocket(this, listener.process, random);
        there.remoteAddr = { transport: "tcp", hostname: this.addressOf(process.machine), port: localPort };
        listener.add(there);
        answer(() => {
          const here = new SimSocket(this, process, random);
          here.remoteAddr = listener.addr;
          pair(here, there);
          resolve(here);
        }, () => there.peerVanished());
      });
    });
  }

  latency(random: Random): number {
    return this.options.latencyMs * (0.5 + random.next());
  }

  /** Nothing gets from one machine to another until `unblock`; what is on its way waits, as TCP sends it again. */
  block(from: string, to: string): void {
    const key = `${from}>${to}`;
    if (!this.#blocked.has(key)) this.#blocked.set(key, []);
  }

  unblock(from: string, to: string): void {
    const key = `${from}>${to}`;
    const waiting = this.#blocked.get(key);
    this.#blocked.delete(key);
    for (const send of waiting ?? []) this.scheduler.after(this.options.latencyMs, send);
  }

  /** What is between a machine and the others forgets its connections: nothing of them arrives any more, in silence. */
  forget(machine: Machine): void {
    for (const socket of this.sockets) if (socket.process.machine === machine) socket.forget();
  }

  unblockAll(): void {
    for (const key of [...this.#blocked.keys()]) {
      const [from, to] = key.split(">");
      this.unblock(from!, to!);
    }
  }

  /** Calls back at the other machine. */
  #travel(from: string, to: string, ms: number, arrive: () => void): void {
    this.scheduler.after(ms, () => this.whenOpen(from, to, arrive));
  }

  /** Calls back now, or when nothing is in the way any more. */
  whenOpen(from: string, to: string, arrive: () => void): void {
    const waiting = this.#blocked.get(`${from}>${to}`);
    if (waiting === undefined) return arrive();
    waiting.push(() => this.whenOpen(from, to, arrive));
  }
}

export class SimListener implements Listener {
  readonly process: SimProcess;
  readonly addr: Deno.NetAddr;
  readonly #close: () => void;
  readonly #release: () => void;
  readonly #backlog: SimSocket[] = [];
  #waiting: PromiseWithResolvers<SimSocket> | undefined;
  #isClosed = false;

  constructor(process: SimProcess, addr: Deno.NetAddr, onClosed: () => void) {
    this.process = process;
    this.addr = addr;
    this.#close = onClosed;
    this.#release = process.hold(() => this.#shut());
  }

  get isOpen(): boolean {
    return !this.#isClosed && this.process.state !== "dead";
  }

  get isFull(): boolean {
    return this.#backlog.length >= BACKLOG;
  }

  /** A connection that the kernel has made. */
  add(socket: SimSocket): void {
    if (this.#isClosed) return socket.peerVanished();
    this.#backlog.push(socket);
    this.process.enter(() => this.#wake());
  }

  close(): void {
    if (this.#isClosed) return;
    this.#release();
    this.#shut();
    this.#waiting?.reject(new Deno.errors.BadResource("Listener has been closed"));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SimSocket> {
    for (;;) {
      if (this.#isClosed) return;
      const next = this.#backlog.shift();
      if (next !== undefined) {
        if (next.isBroken) {
          next.abort();
          throw new Deno.errors.NotConnected("Transport endpoint is not connected");
        }
        yield next;
        continue;
      }
      this.#waiting = Promise.withResolvers();
      try {
        await this.#waiting.promise;
      } catch {
        return;
      }
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(this.#backlog[0]!);
  }

  #shut(): void {
    this.#isClosed = true;
    this.#close();
    for (const socket of this.#backlog.splice(0)) socket.abort();
  }
}

interface PendingRead {
  readonly buffer: Uint8Array;
  readonly resolve: (count: number | null) => void;
  readonly reject: (error: Error) => void;
}

interface PendingWrite {
  readonly bytes: Uint8Array;
  readonly resolve: (count: number) => void;
  readonly reject: (error: Error) => void;
}

/** One end of a connection. */
export class SimSocket implements LinkConn {
  readonly process: SimProcess;
  readonly #network: Network;
  readonly #random: Random;
  remoteAddr: Deno.NetAddr = { transport: "tcp", hostname: "", port: 0 };
  peer: SimSocket | undefined;
  readonly #received: Uint8Array[] = [];
  #receivedBytes = 0;
  /** Sent, and not yet in the receiver's hands. */
  #sentBytes = 0;
  readonly #onTheWay: (() => void)[] = [];
  /** When the last piece arrives: TCP keeps the order. */
  #lastArrival = 0;
  #hasPeerEnded = false;
  #state: "open" | "write closed" | "closed" = "open";
  #isReset = false;
  #isForgotten = false;
  #read: PendingRead | undefined;
  #write: PendingWrite | undefined;
  readonly #release: () => void;
  /** What was sent to an end that has not opened yet. */
  #early: (() => void)[] | undefined = [];

  constructor(network: Network, process: SimProcess, random: Random) {
    this.#network = network;
    this.process = process;
    this.#random = random;
    network.sockets.add(this);
    this.#release = process.hold(() => this.#shut());
  }

  get isBroken(): boolean {
    return this.#isReset;
  }

  /** Unread and unsent bytes. */
  get heldBytes(): number {
    return this.#receivedBytes + this.#sentBytes;
  }

  setNoDelay(): void {}

  setKeepAlive(): void {}

  opened(peer: SimSocket): void {
    this.peer = peer;
    const early = this.#early!;
    this.#early = undefined;
    for (const send of early) send();
  }

  read(buffer: Uint8Array): Promise<number | null> {
    if (this.#state === "closed") return Promise.reject(closedError());
    if (this.#read !== undefined) return Promise.reject(new Deno.errors.Busy("busy"));
    return new Promise((resolve, reject) => {
      this.#read = { buffer, resolve, reject };
      this.#serveRead();
    });
  }

  write(bytes: Uint8Array): Promise<number> {
    if (this.#state !== "open") return Promise.reject(new Deno.errors.BrokenPipe("Broken pipe"));
    if (this.#isReset) return Promise.reject(new Deno.errors.ConnectionReset("Connection reset by peer"));
    if (bytes.length === 0) return Promise.resolve(0);
    return new Promise((resolve, reject) => {
      this.#write = { bytes, resolve, reject };
      this.#serveWrite();
    });
  }

  closeWrite(): Promise<void> {
    if (this.#state === "open") {
      this.#state = "write closed";
      this.#send(() => this.peer!.#peerEnded());
    }
    return Promise.resolve();
  }

  close(): void {
    if (this.#state === "closed") throw closedError();
    this.#release();
    this.#shut();
    this.#read?.reject(new Deno.errors.Interrupted("operation canceled"));
    this.#write?.reject(new Deno.errors.Interrupted("operation canceled"));
    this.#read = undefined;
    this.#write = undefined;
  }

  /** The network resets the connection: both ends, with everything on the way. */
  reset(): void {
    this.#broken();
    const { peer } = this;
    if (peer !== undefined) peer.#broken();
  }

  /** Nothing that is sent over this connection arrives any more. */
  forget(): void {
    this.#isForgotten = true;
    if (this.peer !== undefined) this.peer.#isForgotten = true;
  }

  /** Closed by the kernel before anything was accepted. */
  abort(): void {
    if (this.#state === "closed") return;
    this.#release();
    this.#state = "closed";
    this.#network.sockets.delete(this);
    this.#send(() => this.peer!.#broken());
  }

  /** The other end never opened. */
  peerVanished(): void {
    this.#isReset = true;
    this.#early = undefined;
    this.#failPending();
  }

  /** What the kernel does when the program closes it, or has ended. */
  #shut(): void {
    if (this.#state === "closed") return;
    const hadEnded = this.#state === "write closed";
    this.#state = "closed";
    this.#network.sockets.delete(this);
    // Unread bytes: the other end learns that they were lost.
    if (this.#receivedBytes > 0) this.#send(() => this.peer!.#broken());
    else if (!hadEnded) this.#send(() => this.peer!.#peerEnded());
  }

  #serveRead(): void {
    const read = this.#read;
    if (read === undefined) return;
    if (this.#isReset) {
      this.#read = undefined;
      return read.reject(new Deno.errors.ConnectionReset("Connection reset by peer"));
    }
    if (this.#receivedBytes === 0) {
      if (!this.#hasPeerEnded) return;
      this.#read = undefined;
      return read.resolve(null);
    }
    this.#read = undefined;
    let count = 0;
    while (count < read.buffer.length && this.#received.length > 0) {
      const first = this.#received[0]!;
      const part = first.subarray(0, read.buffer.length - count);
      read.buffer.set(part, count);
      count += part.length;
      if (part.length === first.length) this.#received.shift();
      else this.#received[0] = first.subarray(part.length);
    }
    this.#receivedBytes -= count;
    read.resolve(count);
    // The window opens, which the sender hears later.
    const { peer } = this;
    if (peer !== undefined) {
      peer.#sentBytes -= count;
      if (peer.#write !== undefined) {
        this.#network.scheduler.after(
          this.#network.latency(this.#random),
          () => peer.process.enter(() => peer.#serveWrite()),
        );
      }
    }
  }

  #serveWrite(): void {
    const write = this.#write;
    if (write === undefined) return;
    if (this.#isReset) {
      this.#write = undefined;
      return write.reject(new Deno.errors.ConnectionReset("Connection reset by peer"));
    }
    const room = this.#network.options.bufferBytes - this.#sentBytes;
    if (room <= 0) return;
    this.#write = undefined;
    const count = Math.min(room, write.bytes.length);
    const bytes = write.bytes.slice(0, count);
    this.#sentBytes += count;
    this.#sendPieces(bytes);
    write.resolve(count);
  }

  #sendPieces(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 1 && this.#random.chance(this.#network.options.splitRate)) {
      const piece = rest.subarray(0, 1 + this.#random.below(rest.length - 1));
      rest = rest.subarray(piece.length);
      this.#sendBytes(piece);
    }
    this.#sendBytes(rest);
  }

  #sendBytes(bytes: Uint8Array): void {
    this.#send(() => this.peer!.#arrive(bytes), bytes);
  }

  /** Lets something arrive at the other end, after everything that was sent before. */
  #send(arrive: () => void, bytes?: Uint8Array): void {
    if (this.#early !== undefined) return void this.#early.push(() => this.#send(arrive, bytes));
    if (this.peer === undefined) return;
    const { scheduler } = this.#network;
    const at = Math.max(this.#lastArrival, scheduler.now + this.#network.latency(this.#random));
    this.#lastArrival = at;
    this.#onTheWay.push(arrive);
    if (this.#network.trace.isOn) this.#trace(at, bytes);
    scheduler.after(at - scheduler.now, this.#deliver);
  }

  #trace(until: number, bytes: Uint8Array | undefined): void {
    const [from, to] = [this.process.machine.name, this.peer!.process.machine.name];
    const text = bytes === undefined ? "(end of the connection)" : decoder.decode(bytes).trimEnd();
    this.#network.trace.add({ kind: "message", until, from, to, text });
  }

  /** Whatever comes first arrives first, also what was held up by the network. */
  readonly #deliver = (): void => {
    this.#network.whenOpen(
      this.process.machine.name,
      this.peer!.process.machine.name,
      () => {
        const arrive = this.#onTheWay.shift()!;
        if (!this.#isForgotten) arrive();
      },
    );
  };

  #arrive(bytes: Uint8Array): void {
    // To a socket that is closed, or a process that is gone: the other end hears of it.
    if (this.#state === "closed" || this.process.state === "dead") {
      if (!this.process.machine.isAsleep) this.#send(() => this.peer!.#broken());
      return;
    }
    if (this.#isReset) return;
    this.#received.push(bytes);
    this.#receivedBytes += bytes.length;
    if (this.#read !== undefined) this.process.enter(() => this.#serveRead());
  }

  #peerEnded(): void {
    this.#hasPeerEnded = true;
    if (this.#read !== undefined) this.process.enter(() => this.#serveRead());
  }

  #broken(): void {
    if (this.#isReset || this.#state === "closed") return;
    this.#isReset = true;
    this.#received.length = 0;
    this.#receivedBytes = 0;
    this.#failPending();
  }

  #failPending(): void {
    this.process.enter(() => {
      this.#serveRead();
      this.#serveWrite();
    });
  }
}

function pair(one: SimSocket, other: SimSocket): void {
  one.opened(other);
  other.opened(one);
}

function closedError(): Error {
  return new Deno.errors.BadResource("Bad resource ID");
}
