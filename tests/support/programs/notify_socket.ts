// The end of systemd that services notify: a datagram socket, whose address is in NOTIFY_SOCKET.

import { delay } from "@std/async";
import { join } from "node:path";
import { Arrivals } from "../server/arrivals.ts";

const SILENCE_MS = 200;

export class NotifySocket implements AsyncDisposable {
  readonly address: string;
  readonly #folder: string;
  readonly #socket: Deno.DatagramConn;
  readonly #messages = new Arrivals<string>("messages to systemd");
  readonly #reading: Promise<void>;

  /** @param kind of its name: a file, or in Linux's abstract namespace, which has none. */
  constructor(kind: "path" | "abstract" = "path") {
    this.#folder = Deno.makeTempDirSync({ prefix: "rankserver-notify-" });
    const path = join(this.#folder, "notify");
    this.address = kind === "path" ? path : `@${path}`;
    this.#socket = Deno.listenDatagram({
      transport: "unixpacket",
      path: kind === "path" ? path : `\0${path}`,
    });
    this.#reading = this.#read();
  }

  /** Every message so far. */
  get messages(): readonly string[] {
    return this.#messages.all;
  }

  /** The next unread message with this line in it. */
  next(line: string): Promise<string> {
    return this.#messages.next((message) => message.split("\n").includes(line));
  }

  /** Resolves when nothing has come for long enough to miss several messages of a watchdog of 20 ms. */
  async silent(): Promise<void> {
    let heard: number;
    do {
      heard = this.messages.length;
      await delay(SILENCE_MS);
    } while (this.messages.length > heard);
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const [bytes] of this.#socket) this.#messages.push(decoder.decode(bytes));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await this.#reading;
    await Deno.remove(this.#folder, { recursive: true });
  }
}
