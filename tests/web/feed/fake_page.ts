// The connection of an open page, whose events a test can take.

import { assertEquals } from "@std/assert";
import type { Incoming } from "../../../src/server/connection/mod.ts";

export interface PageEvent {
  readonly event: string;
  // deno-lint-ignore no-explicit-any -- tests look into data of every shape
  readonly data: any;
}

export class FakePage implements Incoming {
  readonly remoteAddr: Deno.NetAddr;
  readonly #ended = Promise.withResolvers<null>();
  #text = "";
  #isStalled = false;
  isClosed = false;

  constructor(ip: string) {
    this.remoteAddr = { transport: "tcp", hostname: ip, port: 5 };
  }

  read(): Promise<null> {
    return this.#ended.promise;
  }

  write(bytes: Uint8Array): Promise<number> {
    if (this.#isStalled) return new Promise(() => {});
    // As the system does, it may take a part.
    const part = bytes.length > 300 ? bytes.subarray(0, bytes.length >> 1) : bytes;
    this.#text += new TextDecoder().decode(part);
    return Promise.resolve(part.length);
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.isClosed = true;
    this.#ended.resolve(null);
  }

  /** Takes nothing from now on. */
  stall(): void {
    this.#isStalled = true;
  }

  /** The events since the last call. */
  take(): PageEvent[] {
    const events = this.#text.split("\n\n");
    assertEquals(events.pop(), "", "an event is not complete");
    this.#text = "";
    return events.filter((event) => event !== ":").map((event) => {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(event)!;
      return { event: name!, data: JSON.parse(data!) };
    });
  }
}
