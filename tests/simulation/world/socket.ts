// One end of a TCP connection. Data takes time, arrives in order and in pieces of any size, and fills buffers. Errors are
// those of the runtime, because the product distinguishes them by class.

import type { LinkConn } from "../../../src/client/connection/transport/link.ts";
import type { Network } from "./network.ts";
import type { SimProcess } from "./process.ts";
import type { Random } from "../../support/random.ts";

const decoder = new TextDecoder();

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

export class SimSocket implements LinkConn {
  readonly process: SimProcess;
  readonly #network: Network;
  readonly #random: Random;
  remoteAddr: Deno.NetAddr = { transport: "tcp", hostname: "", port: 0 };
  peer: SimSocket | undefined;
  readonly #received: Uint8Array[] = [];
  #receivedBytes = 0;
  /** Bytes that were sent and that the receiver has not read. */
  #sentBytes = 0;
  /** What is in transit, in order. */
  readonly #inTransit: (() => void)[] = [];
  /** When the last piece arrives; a later one arrives no earlier. */
  #lastArrival = 0;
  #hasPeerEnded = false;
  #state: "open" | "write closed" | "closed" = "open";
  #isReset = false;
  #isForgotten = false;
  #read: PendingRead | undefined;
  #write: PendingWrite | undefined;
  readonly #release: () => void;
  /** What was sent before the other end was open. */
  #early: (() => void)[] | undefined = [];

  constructor(network: Network, process: SimProcess, random: Random) {
    this.#network = network;
    this.process = process;
    this.#random = random;
    network.sockets.add(this);
    this.#release = process.hold(() => this.#shut());
  }

  get isReset(): boolean {
    return this.#isReset;
  }

  setNoDelay(): void {}

  setKeepAlive(): void {}

  /** Connects this end to the other one. */
  open(peer: SimSocket): void {
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
    if (this.#isReset) return Promise.reject(resetError());
    if (bytes.length === 0) return Promise.resolve(0);
    return new Promise((resolve, reject) => {
      this.#write = { bytes, resolve, reject };
      this.#serveWrite();
    });
  }

  closeWrite(): Promise<void> {
    if (this.#state === "open") {
      this.#state = "write closed";
      this.#send(() => this.peer!.#receiveEnd());
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

  /** Resets both ends; data in transit is lost. */
  reset(): void {
    this.#receiveReset();
    if (this.peer !== undefined) this.peer.#receiveReset();
  }

  /** From now on, nothing that is sent over this connection arrives. */
  forget(): void {
    this.#isForgotten = true;
    if (this.peer !== undefined) this.peer.#isForgotten = true;
  }

  /** The kernel closes the connection before it was accepted. */
  abort(): void {
    if (this.#state === "closed") return;
    this.#release();
    this.#state = "closed";
    this.#network.sockets.delete(this);
    this.#send(() => this.peer!.#receiveReset());
  }

  /** The client no longer wants the connection: the other end never opens. */
  abandon(): void {
    this.#isReset = true;
    this.#early = undefined;
    this.#failPending();
  }

  /** What the kernel does when the process closes the socket or ends. */
  #shut(): void {
    if (this.#state === "closed") return;
    const hadEnded = this.#state === "write closed";
    this.#state = "closed";
    this.#network.sockets.delete(this);
    // Closing with unread bytes sends a reset.
    if (this.#receivedBytes > 0) this.#send(() => this.peer!.#receiveReset());
    else if (!hadEnded) this.#send(() => this.peer!.#receiveEnd());
  }

  #serveRead(): void {
    const read = this.#read;
    if (read === undefined) return;
    if (this.#isReset) {
      this.#read = undefined;
      return read.reject(resetError());
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
    // The window update takes time to reach the sender.
    const { peer } = this;
    if (peer === undefined) return;
    peer.#sentBytes -= count;
    if (peer.#write === undefined) return;
    this.#network.scheduler.after(
      this.#network.latency(this.#random),
      () => peer.process.enter(() => peer.#serveWrite()),
    );
  }

  #serveWrite(): void {
    const write = this.#write;
    if (write === undefined) return;
    if (this.#isReset) {
      this.#write = undefined;
      return write.reject(resetError());
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
    this.#send(() => this.peer!.#receive(bytes), bytes);
  }

  /** Calls `arrive` at the other end, after everything that was sent before. */
  #send(arrive: () => void, bytes?: Uint8Array): void {
    if (this.#early !== undefined) return void this.#early.push(() => this.#send(arrive, bytes));
    if (this.peer === undefined) return;
    const { scheduler } = this.#network;
    const at = Math.max(this.#lastArrival, scheduler.now + this.#network.latency(this.#random));
    this.#lastArrival = at;
    this.#inTransit.push(arrive);
    if (this.#network.trace.isOn) this.#trace(at, bytes);
    scheduler.after(at - scheduler.now, this.#deliver);
  }

  #trace(until: number, bytes: Uint8Array | undefined): void {
    const [from, to] = [this.process.machine.name, this.peer!.process.machine.name];
    const text = bytes === undefined ? "(end of the connection)" : decoder.decode(bytes).trimEnd();
    this.#network.trace.add({ kind: "message", until, from, to, text });
  }

  /** Delivers the oldest piece, so that blocked pieces keep their order. */
  readonly #deliver = (): void => {
    this.#network.whenOpen(
      this.process.machine.name,
      this.peer!.process.machine.name,
      () => {
        const arrive = this.#inTransit.shift()!;
        if (!this.#isForgotten) arrive();
      },
    );
  };

  #receive(bytes: Uint8Array): void {
    // Data for a closed socket is answered with a reset.
    if (this.#state === "closed" || this.process.state === "dead") {
      if (!this.process.machine.isAsleep) this.#send(() => this.peer!.#receiveReset());
      return;
    }
    if (this.#isReset) return;
    this.#received.push(bytes);
    this.#receivedBytes += bytes.length;
    if (this.#read !== undefined) this.process.enter(() => this.#serveRead());
  }

  #receiveEnd(): void {
    this.#hasPeerEnded = true;
    if (this.#read !== undefined) this.process.enter(() => this.#serveRead());
  }

  #receiveReset(): void {
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

function closedError(): Error {
  return new Deno.errors.BadResource("Bad resource ID");
}

function resetError(): Error {
  return new Deno.errors.ConnectionReset("Connection reset by peer");
}
