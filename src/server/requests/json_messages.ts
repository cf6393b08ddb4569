// Takes the messages of JSON sessions, one at a time: a request is answered, a notification is carried out, an answer is
// passed to the run that waits for it. JSON-RPC does not answer a notification: one that is refused is followed by the
// notification `refused`, so that nothing is ignored in silence.

import { clientRef, type Report } from "../../log/mod.ts";
import { visible } from "../../words/mod.ts";
import {
  encodeError,
  encodeResult,
  type Id,
  type Message,
  type Refusal,
  toErrorObject,
} from "../../protocol/json_rpc/mod.ts";
import { costOf } from "../../protocol/methods/mod.ts";
import type { Session } from "../connection/mod.ts";
import { costForAll, type RateLimit } from "../limits/mod.ts";
import { type FanOut, outcomeOf, truncateToBytes } from "../runs/mod.ts";
import { HEARTBEAT_ID } from "../seats/mod.ts";
import { CONFIRM_ID } from "./hello.ts";
import { JsonMethods, type MethodParts } from "./json_methods.ts";
import type { Reply } from "./replies.ts";

export interface MessageParts extends MethodParts {
  readonly fanOut: FanOut;
  readonly rateLimit: RateLimit;
}

/** What a client sends that is no answer. */
type Incoming = Message & { kind: "request" | "notification" | "invalid" };

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
    // Answers cost nothing: the server has asked for them.
    if (message.kind !== "result" && message.kind !== "error" && message.kind !== "bad_response") {
      const refusal = this.#parts.rateLimit.take(session, this.#costOf(message));
      if (refusal !== undefined) return this.#refuse(session, message, refusal, reply);
    }
    switch (message.kind) {
      case "notification":
        return this.#handleNotification(session, message.method, message.params);
      case "request":
        // A run may join what is gathered; before anything else that has to be sent.
        if (message.method !== "run") this.#parts.fanOut.flush();
        return this.#handleRequest(session, message, reply!);
      case "result":
      case "error":
      case "bad_response":
        // That it came is all that counts.
        if (message.id === HEARTBEAT_ID) return;
        if (message.id === CONFIRM_ID) return this.#parts.seating.resume.confirm(session);
        this.#parts.fanOut.flush();
        this.#parts.runs.answer(session, message.id, outcomeOf(message));
        return;
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
    if (refusal !== undefined) notifyRefused(session, method, params, refusal);
  }

  #notified(session: Session, method: string, params: unknown): Refusal | undefined {
    this.#parts.fanOut.flush();
    const answer = this.#methods.call(session, method, null, params, () => {});
    return answer !== "later" && "refusal" in answer ? answer.refusal : undefined;
  }

  #costOf(message: Incoming): number {
    if (message.kind === "invalid" || costOf(message.method, message.params) === "one") return 1;
    return costForAll(this.#parts.seating.unsettledRoster.length);
  }

  /** Nothing of the message is done. */
  #refuse(session: Session, message: Incoming, refusal: Refusal, reply: Reply | undefined): void {
    this.#parts.fanOut.flush();
    if (message.kind === "notification") {
      return notifyRefused(session, message.method, message.params, refusal);
    }
    reply!(encodeError(message.id, refusal));
  }
}

/** Of a command that a refusal repeats. */
const MAX_COMMAND_BYTES = 64;

function notifyRefused(session: Session, method: string, params: unknown, refusal: Refusal): void {
  const { code, message, data } = toErrorObject(refusal);
  session.notify({ method: "refused", params: { method, command: commandOf(params), code, message, data } });
}

function commandOf(params: unknown): string | undefined {
  const command = (params as Record<string, unknown> | undefined)?.command;
  return typeof command === "string" ? truncateToBytes(command, MAX_COMMAND_BYTES).text : undefined;
}

interface Unreported {
  readonly session: Session;
  readonly reason: string;
  /** Of the first one. */
  readonly message: string;
  differ: boolean;
  count: number;
}

/** Messages that could not be read: each is answered, and those of one read with one reason are one line of the log. */
export class RefusedMessages {
  readonly #report: Report;
  readonly #logsArguments: boolean;
  #unreported: Unreported | undefined;

  /** @param logsArguments false: only reasons are logged, as messages may quote what cannot be read. */
  constructor(report: Report, logsArguments: boolean) {
    this.#report = report;
    this.#logsArguments = logsArguments;
  }

  refuse(session: Session, id: Id, refusal: Refusal, reply: Reply): void {
    const { reason, message } = refusal;
    if (this.#unreported?.session !== session || this.#unreported.reason !== reason) {
      this.report();
      this.#unreported = { session, reason, message, differ: false, count: 0 };
    }
    this.#unreported.count++;
    this.#unreported.differ ||= message !== this.#unreported.message;
    reply(encodeError(id, refusal));
  }

  /** Logs what was refused since the last call. */
  report(): void {
    if (this.#unreported === undefined) return;
    const { session, reason, message, differ, count } = this.#unreported;
    this.#unreported = undefined;
    const said = { message: visible(message), ...(differ ? { messages_differ: true } as const : {}) };
    const shown = this.#logsArguments ? said : {};
    this.#report({ event: "message_refused", ...clientRef(session), reason, ...shown, count });
  }
}
