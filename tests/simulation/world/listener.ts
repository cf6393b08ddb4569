// A listening TCP socket with its backlog.

import type { Listener } from "../../../src/server/connection/listener.ts";
import type { SimProcess } from "./process.ts";
import type { SimSocket } from "./socket.ts";

const BACKLOG = 128;

export class SimListener implements Listener {
  readonly process: SimProcess;
  readonly addr: Deno.NetAddr;
  readonly #onClosed: () => void;
  readonly #release: () => void;
  readonly #backlog: SimSocket[] = [];
  #waiting: PromiseWithResolvers<void> | undefined;
  #isClosed = false;

  constructor(process: SimProcess, addr: Deno.NetAddr, onClosed: () => void) {
    this.process = process;
    this.addr = addr;
    this.#onClosed = onClosed;
    this.#release = process.hold(() => this.#shut());
  }

  get isOpen(): boolean {
    return !this.#isClosed && this.process.state !== "dead";
  }

  /** Whether a connection waits to be accepted. */
  isWaiting(socket: SimSocket): boolean {
    return this.#backlog.includes(socket);
  }

  get isFull(): boolean {
    return this.#backlog.length >= BACKLOG;
  }

  /** Adds an established connection, which waits to be accepted. */
  add(socket: SimSocket): void {
    if (this.#isClosed) return socket.abandon();
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
    while (!this.#isClosed) {
      const next = this.#backlog.shift();
      if (next !== undefined) {
        if (next.isReset) {
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
    waiting?.resolve();
  }

  #shut(): void {
    this.#isClosed = true;
    this.#onClosed();
    for (const socket of this.#backlog.splice(0)) socket.abort();
  }
}
