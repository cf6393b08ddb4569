// Takes the messages of JSON sessions, one at a time: a request is answered, a notification is carried out, an answer goes
// to the run that waits for it. A notification, which JSON-RPC does not answer, gets the notification `refused` where it
// is refused, so that nothing is ignored in silence.

import {
  encodeError,
  encodeResult,
  type Message,
  type Refusal,
  toErrorObject,
} from "../../protocol/json_rpc/mod.ts";
import { SHOWN_LENGTH } from "./answer.ts";
import { type FanOut, outcomeOf } from "../runs/mod.ts";
import { HEARTBEAT_ID } from "../seats/mod.ts";
import { CONFIRM_ID } from "./hello.ts";
import { JsonMethods, type MethodParts } from "./json_methods.ts";
import { costForAll, type RateLimit } from "../limits/mod.ts";
import type { RefusedMessages } from "./refused_messages.ts";
import type { Reply } from "./replies.ts";
import type { Session } from "../connection/mod.ts";

export interface MessageParts extends MethodParts {
  readonly fanOut: FanOut;
  readonly rateLimit: RateLimit;
}

/** What a client sends that is no answer. */
type Asking = Message & { kind: "request" | "notification" | "invalid" };

/** What tells something about every member, or tells something to every member. */
const ABOUT_ALL = new Set(["hello", "roster", "watch", "yield", "evict"]);

export class JsonMessages {
  readonly #parts: MessageParts;
  readonly #methods: JsonMethods;
  readonly #refused: RefusedMessages;

  constructor(parts: MessageParts, refused: RefusedMessages) {
    this.#parts = parts;
    this.#methods = new JsonMethods(parts);
    this.#refused = refused;
  }

  /** @param reply absent for what is not answered. */
  handle(session: Session, message: Message, reply: Reply | undefined): void {
    // Answers are what the server has asked for.
    if (message.kind !== "result" && message.kind !== "error") {
      const refusal = this.#parts.rateLimit.take(session, this.#costOf(message));
      if (refusal !== undefined) return this.#refuseAsked(session, message, refusal, reply);
    }
    switch (message.kind) {
      case "notification":
        return this.#handleNotification(session, message.method, message.params);
      case "request":
        // A run goes behind what is gathered; for all else it has to be out first.
        if (message.method !== "run") this.#parts.fanOut.flush();
        return this.#handleRequest(session, message, reply!);
      case "result":
      case "error":
        // Being heard is all that is wanted of it.
        if (message.id === HEARTBEAT_ID) return;
        if (message.id === CONFIRM_ID) return this.#parts.seating.resume.confirm(session);
        this.#parts.fanOut.flush();
        return this.#parts.runs.answer(session, message.id, outcomeOf(message));
      case "invalid":
        return this.#refused.refuse(session, message.id, message.refusal, reply!);
    }
  }

  #handleRequest(session: Session, message: Message & { kind: "request" }, reply: Reply): void {
    const { id, method, params } = message;
    const answer = this.#methods.call(session, method, id, params, reply);
    if (answer === "later") return;
    reply("result" in answer ? encodeResult(id, answer.result) : encodeError(id, answer.refusal));
  }

  #handleNotification(session: Session, method: string, params: unknown): void {
    const refusal = method === "run"
      ? this.#methods.send(session, params)
      : this.#notified(session, method, params);
    if (refusal !== undefined) tellRefused(session, method, params, refusal);
  }

  #notified(session: Session, method: string, params: unknown): Refusal | undefined {
    this.#parts.fanOut.flush();
    const answer = this.#methods.call(session, method, null, params, () => {});
    return answer !== "later" && "refusal" in answer ? answer.refusal : undefined;
  }

  #costOf(message: Asking): number {
    if (message.kind === "invalid") return 1;
    const { method, params } = message;
    // Most are runs, so these are told first.
    const isAboutAll = method === "run"
      ? (params as { dry_run?: unknown } | undefined)?.dry_run === true
      : ABOUT_ALL.has(method);
    return isAboutAll ? costForAll(this.#parts.seating.unsettledRoster.length) : 1;
  }

  /** Nothing of the message is done. */
  #refuseAsked(session: Session, message: Asking, refusal: Refusal, reply: Reply | undefined): void {
    this.#parts.fanOut.flush();
    if (message.kind === "notification") {
      return tellRefused(session, message.method, message.params, refusal);
    }
    reply!(encodeError(message.id, refusal));
  }
}

function tellRefused(session: Session, method: string, params: unknown, refusal: Refusal): void {
  const command = commandOf(params);
  const { code, message, data } = toErrorObject(refusal);
  const about = { method, ...(command === undefined ? {} : { command }) };
  session.notify({ method: "refused", params: { ...about, code, message, data } });
}

function commandOf(params: unknown): string | undefined {
  const command = (params as Record<string, unknown> | undefined)?.command;
  return typeof command === "string" ? command.slice(0, SHOWN_LENGTH) : undefined;
}
