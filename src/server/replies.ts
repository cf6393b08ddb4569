// Where the answer to a request goes: a line of its own, or its place in the answer to a batch, which is sent when the
// last one is known (JSON-RPC 2.0, section 6).

import type { Session } from "./session.ts";

/** Takes one encoded response; to be called once. */
export type Reply = (response: string) => void;

/** Answers in a line of their own. */
export function replyTo(session: Session): Reply {
  return (response) => session.sendText(`${response}\n`);
}

/** Gathers the answers to a batch. A batch of notifications is not answered at all. */
export class BatchReply {
  readonly #reply: Reply;
  readonly #responses: string[] = [];
  #expected = 0;
  #isComplete = false;

  constructor(reply: Reply) {
    this.#reply = reply;
  }

  /** A place in the answer; the batch waits until it is filled. */
  expect(): Reply {
    this.#expected++;
    return (response) => {
      this.#responses.push(response);
      this.#sendWhenDone();
    };
  }

  /** No further place will be asked for. */
  complete(): void {
    this.#isComplete = true;
    this.#sendWhenDone();
  }

  #sendWhenDone(): void {
    const isDone = this.#isComplete && this.#responses.length === this.#expected;
    if (isDone && this.#expected > 0) this.#reply(`[${this.#responses.join(",")}]`);
  }
}
