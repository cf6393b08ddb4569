// A batch that is being handled: message by message, so that others can be heard in between.

import type { Message } from "../../protocol/json_rpc/mod.ts";
import type { JsonMessages } from "./json_messages.ts";
import type { BatchReply } from "./replies.ts";
import type { Session } from "../connection/mod.ts";

export class Batch {
  readonly #session: Session;
  readonly #items: readonly Message[];
  readonly #messages: Pick<JsonMessages, "handle">;
  readonly #reply: BatchReply;
  #next = 0;

  constructor(
    session: Session,
    items: readonly Message[],
    messages: Pick<JsonMessages, "handle">,
    reply: BatchReply,
  ) {
    this.#session = session;
    this.#items = items;
    this.#messages = messages;
    this.#reply = reply;
  }

  /** Handles the next message. @returns whether it was the last one */
  handleNext(): boolean {
    const item = this.#items[this.#next++]!;
    const isAnswered = item.kind === "request" || item.kind === "invalid";
    this.#messages.handle(this.#session, item, isAnswered ? this.#reply.expect(item.id) : undefined);
    if (this.#next < this.#items.length) return false;
    this.#reply.complete();
    return true;
  }
}
