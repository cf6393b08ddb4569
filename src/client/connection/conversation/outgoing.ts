// What this client sends of its own accord: requests and notifications, within what the server reads and what may wait.

import { encodeNotification, encodeRequest, type Id } from "../../../protocol/json_rpc/mod.ts";
import { fitsBytes } from "../../../words/mod.ts";
import { notSent, type RunOptions, tooLarge } from "../../session/mod.ts";
import type { PendingRequests } from "./pending_requests.ts";
import type { Link } from "../transport/mod.ts";

export class Outgoing {
  readonly #link: Pick<Link, "isOpen" | "send" | "hasRoomFor">;
  readonly #pending: PendingRequests;
  /** Longest line that the server reads; what is sent before it is known is always shorter. */
  maxLineBytes = Infinity;

  constructor(link: Pick<Link, "isOpen" | "send" | "hasRoomFor">, pending: PendingRequests) {
    this.#link = link;
    this.#pending = pending;
  }

  /** @returns the answer. Rejects with a `RequestError`, or with the reason of an aborted `signal`. */
  request(id: Id, method: string, params: unknown, { signal, onResult }: RunOptions): Promise<unknown> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (!this.#link.isOpen) {
      return Promise.reject(notSent("disconnected", "The connection is closing"));
    }
    const line = encodeRequest(id, method, params);
    if (!fitsBytes(line, this.maxLineBytes)) return Promise.reject(tooLarge(this.maxLineBytes));
    if (this.#pending.isFull || !this.#link.send(line)) {
      return Promise.reject(notSent("overflow", "Too many requests are waiting"));
    }
    return this.#pending.add(id, { method, onResult }, signal);
  }

  /** Waits for room. False when the connection has ended; rejects with a `RequestError` when the line is too long. */
  async notify(method: string, params: unknown): Promise<boolean> {
    const line = encodeNotification(method, params);
    if (!fitsBytes(line, this.maxLineBytes)) throw tooLarge(this.maxLineBytes);
    while (!this.#link.send(line)) {
      if (!this.#link.isOpen) return false;
      await this.#link.hasRoomFor(line.length);
    }
    return true;
  }
}
