// Takes the lines of JSON sessions: reads each as one message or a batch of them, within its limits.

import { isNestedDeeper } from "../../protocol/wire/mod.ts";
import { encodeError, parseLine, type Refusal } from "../../protocol/json_rpc/mod.ts";
import { Batch } from "./batch.ts";
import { JsonMessages, type MessageParts } from "./json_messages.ts";
import { RefusedMessages } from "./refused_messages.ts";
import { BatchReply, replyTo } from "./replies.ts";
import type { Session } from "../connection/mod.ts";

export interface HandlerParts extends MessageParts {
  readonly limits: MessageParts["limits"] & {
    readonly jsonDepth: number;
    readonly batchItems: number;
    readonly idLength: number;
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
    this.#refused = new RefusedMessages(parts.report);
    this.#messages = new JsonMessages(parts, this.#refused);
  }

  /** Handles one line of a JSON session. @returns the batch that it is, of which nothing is handled yet */
  handle(session: Session, line: string): Batch | undefined {
    // Between messages blank lines mean nothing, and an error for each would be a cheap way to make much work.
    if (line === "") return undefined;
    const { batchItems, idLength, batchAnswerLength, jsonDepth } = this.#parts.limits;
    if (isNestedDeeper(line, jsonDepth)) {
      this.refuse(session, tooDeep(jsonDepth));
      return undefined;
    }
    const message = parseLine(line, batchItems, idLength);
    if (message.kind === "batch") {
      const reply = new BatchReply(replyTo(session), batchAnswerLength);
      return new Batch(session, message.items, this.#messages, reply);
    }
    this.#messages.handle(session, message, replyTo(session));
    return undefined;
  }

  /** Tells a client about something that was no message at all. */
  refuse(session: Session, refusal: Refusal): void {
    const tooMuch = this.#parts.rateLimit.take(session, 1);
    if (tooMuch !== undefined) return replyTo(session)(encodeError(null, tooMuch));
    this.#refused.refuse(session, null, refusal, replyTo(session));
  }

  /** Tells the log what was refused since the last call; equal refusals of one read are one line. */
  reportRefusals(): void {
    this.#refused.tell();
  }
}

function tooDeep(limit: number): Refusal {
  return { reason: "too_large", message: `Cannot read JSON nested more than ${limit} deep`, data: { limit } };
}
