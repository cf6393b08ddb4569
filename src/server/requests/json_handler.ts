// Takes the lines of JSON sessions: reads each as one message or a batch of them, within its limits.

import { count } from "../../words/mod.ts";
import { endsOfText, hasMoreParts, isNestedDeeper, type LineEnds } from "../../protocol/wire/mod.ts";
import {
  encodeError,
  findResponseId,
  type Message,
  parseLine,
  type Refusal,
} from "../../protocol/json_rpc/mod.ts";
import type { Session } from "../connection/mod.ts";
import { JsonMessages, type MessageParts, RefusedMessages } from "./json_messages.ts";
import { outcomeOf } from "../runs/mod.ts";
import { Batch, BatchReply, type Reply, replyTo } from "./replies.ts";

export interface HandlerParts extends MessageParts {
  readonly logsArguments: boolean;
  readonly limits: MessageParts["limits"] & {
    readonly jsonDepth: number;
    /** Objects, arrays and members in one line, for each message that a batch may have. */
    readonly jsonParts: number;
    readonly batchItems: number;
    readonly idBytes: number;
    /** Of the answers to one batch, in UTF-16 code units. */
    readonly batchAnswerLength: number;
  };
}

/** So many messages determine the size of a line although a batch may have fewer: a single one may have long lists. */
const MIN_BATCH_ITEMS = 100;

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
    const { batchItems, idBytes, batchAnswerLength } = this.#parts.limits;
    const excess = this.#findExcess(line);
    if (excess !== undefined) {
      this.refuse(session, excess, endsOfText(line));
      return undefined;
    }
    const message = parseLine(line, batchItems, idBytes);
    if (message.kind === "invalid" && message.refusal.reason === "parse_error") {
      this.refuse(session, message.refusal, endsOfText(line));
      return undefined;
    }
    if (message.kind === "batch") {
      const reply = new BatchReply(replyTo(session), batchAnswerLength);
      const handle = (item: Message, reply: Reply | undefined) => this.#messages.handle(session, item, reply);
      return new Batch(message.items, handle, reply);
    }
    this.#messages.handle(session, message, replyTo(session));
    return undefined;
  }

  /** Why a line is not parsed: it would keep the parser busy for too long. */
  #findExcess(line: string): Refusal | undefined {
    const { jsonDepth, jsonParts, batchItems } = this.#parts.limits;
    if (isNestedDeeper(line, jsonDepth)) return tooDeep(jsonDepth);
    const parts = jsonParts * Math.max(batchItems, MIN_BATCH_ITEMS);
    return hasMoreParts(line, parts) ? tooManyParts(parts) : undefined;
  }

  /**
   * Takes a line that cannot be read, or what has come of it so far. Where it is the response that a run waits for, that
   * run need not wait any longer; otherwise it is answered.
   */
  refuse(session: Session, refusal: Refusal, ends: LineEnds): void {
    const id = findResponseId(ends);
    if (id === "not yet") return;
    if (id !== undefined && this.#failRun(session, id, refusal)) return;
    const tooMuch = this.#parts.rateLimit.take(session, 1);
    if (tooMuch !== undefined) return replyTo(session)(encodeError(null, tooMuch));
    this.#refused.refuse(session, null, refusal, replyTo(session));
  }

  /** Takes the end of a line of which {@linkcode refuse} took the beginning. */
  refuseSkipped(session: Session, refusal: Refusal, ends: LineEnds): void {
    if (findResponseId({ ...ends, ending: undefined }) === "not yet") this.refuse(session, refusal, ends);
  }

  /** @returns false for a response that no run waits for */
  #failRun(session: Session, id: number, refusal: Refusal): boolean {
    const { fanOut, runs } = this.#parts;
    fanOut.flush();
    const outcome = outcomeOf({ kind: "bad_response", id, why: refusal.message });
    if (!runs.answer(session, id, outcome)) return false;
    // A response is never answered.
    this.#refused.refuse(session, null, refusal, () => {});
    return true;
  }

  /** Logs what was refused since the last call; equal refusals of one read are one line. */
  reportRefusals(): void {
    this.#refused.report();
  }
}

function tooDeep(limit: number): Refusal {
  return {
    reason: "too_large",
    message: `JSON nesting exceeds the limit of ${count(limit, "level")}`,
    data: { limit },
  };
}

function tooManyParts(limit: number): Refusal {
  return {
    reason: "too_large",
    message: `JSON exceeds the limit of ${
      count(limit, "object, array or member", "objects, arrays and members")
    }`,
    data: { limit },
  };
}
