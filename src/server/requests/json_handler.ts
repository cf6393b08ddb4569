// Takes the lines of JSON sessions: reads each as one message or a batch of them, within its limits.

import { isNestedDeeper } from "../../protocol/wire/mod.ts";
import { encodeError, type Message, parseLine, type Refusal } from "../../protocol/json_rpc/mod.ts";
import type { Session } from "../connection/mod.ts";
import { JsonMessages, type MessageParts, RefusedMessages } from "./json_messages.ts";
import { Batch, BatchReply, type Reply, replyTo } from "./replies.ts";

export interface HandlerParts extends MessageParts {
  readonly logsArguments: boolean;
  readonly limits: MessageParts["limits"] & {
    readonly jsonDepth: number;
    readonly batchItems: number;
    readonly idBytes: number;
    /** Of the answers to one batch, in UTF-16 code units. */
    readonly batchAnswerLength: number;
  };
}

export class JsonHandler {
  readonly #parts: HandlerParts;
  readonly #refused: RefusedMessages;
  readonly #messages: JsonMessages;

  constructor(parts: HandlerParts) {
    this.#parts = parts;
    this.#refused = new RefusedMessages(parts.report, parts.logsArguments);
    this.#messages = new JsonMessages(parts, this.#refused);
  }

  /** Handles one line of a JSON session. @returns the batch that it is, of which nothing is handled yet */
  handle(session: Session, line: string): Batch | undefined {
    // Between messages blank lines mean nothing, and an error for each would make much work for little.
    if (line === "") return undefined;
    const { batchItems, idBytes, batchAnswerLength, jsonDepth } = this.#parts.limits;
    if (isNestedDeeper(line, jsonDepth)) {
      this.refuse(session, tooDeep(jsonDepth));
      return undefined;
    }
    const message = parseLine(line, batchItems, idBytes);
    if (message.kind === "batch") {
      const reply = new BatchReply(replyTo(session), batchAnswerLength);
      const handle = (item: Message, reply: Reply | undefined) => this.#messages.handle(session, item, reply);
      return new Batch(message.items, handle, reply);
    }
    this.#messages.handle(session, message, replyTo(session));
    return undefined;
  }

  /** Answers something that was no message at all. */
  refuse(session: Session, refusal: Refusal): void {
    const tooMuch = this.#parts.rateLimit.take(session, 1);
    if (tooMuch !== undefined) return replyTo(session)(encodeError(null, tooMuch));
    this.#refused.refuse(session, null, refusal, replyTo(session));
  }

  /** Logs what was refused since the last call; equal refusals of one read are one line. */
  reportRefusals(): void {
    this.#refused.report();
  }
}

function tooDeep(limit: number): Refusal {
  return { reason: "too_large", message: `Cannot read JSON nested more than ${limit} deep`, data: { limit } };
}
