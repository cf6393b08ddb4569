// Where the answer to a request goes: a line of its own, or its place in the answer to a batch, which is sent when the
// last one is known (JSON-RPC 2.0, section 6).

import { encodeError, type Id, type Message } from "../../protocol/json_rpc/mod.ts";
import type { Session } from "../connection/mod.ts";

/** Takes one encoded response, and lines to be sent right behind it; to be called once. */
export type Reply = (response: string, behind?: Uint8Array) => void;

/** Answers in a line of their own. */
export function replyTo(session: Pick<Session, "send" | "sendText">): Reply {
  return (response, behind) => {
    session.sendText(`${response}\n`);
    if (behind !== undefined) session.send(behind);
  };
}

/**
 * Gathers the answers to a batch. A batch of notifications is not answered at all. An answer for which there is no room
 * is replaced by the error `too_large`: all of them are one line, which must not be more than the client may have waiting.
 */
export class BatchReply {
  readonly #reply: Reply;
  readonly #maxLength: number;
  readonly #responses: string[] = [];
  #behind: Uint8Array | undefined;
  #length = 0;
  #expected = 0;
  #isComplete = false;

  /** @param maxLength of the answers together, in UTF-16 code units. */
  constructor(reply: Reply, maxLength: number) {
    this.#reply = reply;
    this.#maxLength = maxLength;
  }

  /**
   * A place in the answer, for the request with that id; the batch waits until it is filled. Of the lines that are to be
   * sent behind the answer, only the first are: a client resumes once.
   */
  expect(id: Id): Reply {
    this.#expected++;
    return (response, behind) => {
      this.#behind ??= behind;
      const isTooLong = this.#length + response.length > this.#maxLength;
      const kept = isTooLong ? encodeError(id, this.#noRoom()) : response;
      this.#length += kept.length;
      this.#responses.push(kept);
      this.#sendWhenDone();
    };
  }

  /** No further request follows. */
  complete(): void {
    this.#isComplete = true;
    this.#sendWhenDone();
  }

  #noRoom() {
    const message = "The answers to this batch exceed its limit: send this request by itself";
    return { reason: "too_large", message, data: { limit: this.#maxLength } } as const;
  }

  #sendWhenDone(): void {
    const isDone = this.#isComplete && this.#responses.length === this.#expected;
    if (isDone && this.#expected > 0) this.#reply(`[${this.#responses.join(",")}]`, this.#behind);
  }
}

/** A batch that is being handled: message by message, so that other clients' lines can be handled in between. */
export class Batch {
  readonly #items: readonly Message[];
  readonly #handle: (message: Message, reply: Reply | undefined) => void;
  readonly #reply: BatchReply;
  #next = 0;

  constructor(
    items: readonly Message[],
    handle: (message: Message, reply: Reply | undefined) => void,
    reply: BatchReply,
  ) {
    this.#items = items;
    this.#handle = handle;
    this.#reply = reply;
  }

  /** Handles the next message. @returns whether it was the last one */
  handleNext(): boolean {
    const item = this.#items[this.#next++]!;
    const isAnswered = item.kind === "request" || item.kind === "invalid";
    this.#handle(item, isAnswered ? this.#reply.expect(item.id) : undefined);
    if (this.#next < this.#items.length) return false;
    this.#reply.complete();
    return true;
  }
}
