// What a JSON-RPC client may ask for, method by method. Each refusal is an answer; a notification, which JSON-RPC does
// not answer, gets the notification `refused` instead, so that nothing is ignored in silence.

import type { Refusal } from "../protocol/errors.ts";
import { toErrorObject } from "../protocol/errors.ts";
import { isNestedDeeper } from "../protocol/json_depth.ts";
import {
  encodeError,
  encodeRequest,
  encodeResult,
  type Id,
  type Message,
  parseLine,
} from "../protocol/json_rpc.ts";
import * as methods from "../protocol/params.ts";
import type { Evicted } from "../protocol/operator_methods.ts";
import { RunEncoding } from "../protocol/run_encoding.ts";
import type { Report } from "../log/server_event.ts";
import { visible } from "../log/visible_text.ts";
import type { Seat } from "../ranks/rank_manager.ts";
import { checkName } from "./check_name.ts";
import type { Commands } from "./commands.ts";
import type { FanOut } from "./fan_out.ts";
import { HEARTBEAT_ID } from "./heartbeats.ts";
import { outcomeOf } from "./outcome.ts";
import { costForAll, type RateLimit } from "./rate_limit.ts";
import { BatchReply, type Reply, replyTo } from "./replies.ts";
import type { Runs } from "./runs.ts";
import type { Seating } from "./seating.ts";
import type { Member } from "./member.ts";
import type { Session } from "./session.ts";

export interface HandlerParts {
  readonly seating: Seating;
  readonly commands: Commands;
  readonly fanOut: FanOut;
  readonly runs: Runs;
  readonly report: Report;
  readonly rateLimit: RateLimit;
  readonly operator: {
    /** @param by the identity of who wants it. */
    evict(params: methods.EvictParams, by?: string): Evicted | Refusal;
  };
  /** What a session is told that has no seat when it says hello: it waits, or there is no room. */
  readonly whenNotSeated: (session: Session) => Refusal;
  readonly limits: {
    readonly jsonDepth: number;
    readonly batchItems: number;
    readonly idLength: number;
    readonly nameLength: number;
    /** Of the answers to one batch, in UTF-16 code units. */
    readonly batchAnswerLength: number;
  };
}

/** A request while it is handled: who asks, and what is to become of the answer. */
interface Ask {
  readonly session: Session;
  readonly seat: Seat<Member>;
  readonly id: Id;
  readonly params: unknown;
  readonly reply: Reply;
}

/** What a method gives: its result, a refusal, or nothing yet because the answer comes later. */
type Answer = { readonly result: unknown } | { readonly refusal: Refusal } | "later";

const encoder = new TextEncoder();

/** The id of the question that follows a token which replaces another one. */
const CONFIRM_ID = "resume";
const CONFIRM = encoder.encode(`${encodeRequest(CONFIRM_ID, "ping", undefined)}\n`);

/** Of what a client sent and a refusal repeats, in UTF-16 code units. */
const SHOWN_LENGTH = 64;

/** What may be asked while one waits for a seat. */
const NEED_NO_SEAT = new Set(["hello", "ping", "leave"]);

/** What tells something about every member, or tells something to every member. */
const ABOUT_ALL = new Set(["hello", "roster", "watch", "yield", "evict"]);

const DONE: Answer = { result: {} };

export class JsonHandler {
  readonly #parts: HandlerParts;
  /** Messages that were none, not yet reported. */
  #refusals: { session: Session; reason: string; message: string; count: number } | undefined;
  readonly #methods: Readonly<Record<string, (ask: Ask) => Answer>> = {
    __proto__: null as never,
    hello: (ask) => this.#hello(ask),
    run: (ask) => this.#run(ask),
    cancel: (ask) => this.#cancel(ask),
    roster: (ask) => this.#roster(ask),
    watch: (ask) => this.#watch(ask),
    yield: (ask) => this.#yield(ask),
    leave: (ask) => this.#leave(ask),
    evict: (ask) => this.#evict(ask),
    ping: () => DONE,
  };

  constructor(parts: HandlerParts) {
    this.#parts = parts;
  }

  /** Handles one line of a JSON session. */
  handle(session: Session, line: string): void {
    // Between messages blank lines mean nothing, and an error for each would be a cheap way to make much work.
    if (line === "") return;
    const { batchItems, idLength, batchAnswerLength, jsonDepth } = this.#parts.limits;
    if (isNestedDeeper(line, jsonDepth)) return this.refuse(session, tooDeep(jsonDepth));
    const message = parseLine(line, batchItems, idLength);
    if (message.kind !== "batch") return this.#handleMessage(session, message, replyTo(session));
    const batch = new BatchReply(replyTo(session), batchAnswerLength);
    for (const item of message.items) {
      const isAnswered = item.kind === "request" || item.kind === "invalid";
      this.#handleMessage(session, item, isAnswered ? batch.expect(item.id) : undefined);
    }
    batch.complete();
  }

  /** Tells a client about something that was no message at all. */
  refuse(session: Session, refusal: Refusal): void {
    const tooMuch = this.#parts.rateLimit.take(session, 1);
    if (tooMuch !== undefined) return replyTo(session)(encodeError(null, tooMuch));
    this.#refuseMessage(session, null, refusal, replyTo(session));
  }

  #handleMessage(session: Session, message: Message, reply: Reply | undefined): void {
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
        if (message.id === CONFIRM_ID) return this.#parts.seating.comebacks.confirm(session);
        this.#parts.fanOut.flush();
        return this.#parts.runs.answer(session, message.id, outcomeOf(message));
      case "invalid":
        return this.#refuseMessage(session, message.id, message.refusal, reply!);
    }
  }

  #handleRequest(session: Session, message: Message & { kind: "request" }, reply: Reply): void {
    const { id, method, params } = message;
    const answer = this.#call(session, method, id, params, reply);
    if (answer === "later") return;
    reply("result" in answer ? encodeResult(id, answer.result) : encodeError(id, answer.refusal));
  }

  #handleNotification(session: Session, method: string, params: unknown): void {
    const refusal = method === "run" ? this.#send(session, params) : this.#notified(session, method, params);
    if (refusal !== undefined) this.#tellRefused(session, method, params, refusal);
  }

  #costOf(message: Message & { kind: "request" | "notification" | "invalid" }): number {
    if (message.kind === "invalid") return 1;
    const { method, params } = message;
    // Most are runs, so these are told first.
    const isAboutAll = method === "run"
      ? (params as { dry_run?: unknown } | undefined)?.dry_run === true
      : ABOUT_ALL.has(method);
    return isAboutAll ? costForAll(this.#parts.seating.unsettledRoster.length) : 1;
  }

  /** Nothing of the message is done. */
  #refuseAsked(
    session: Session,
    message: Message & { kind: "request" | "notification" | "invalid" },
    refusal: Refusal,
    reply: Reply | undefined,
  ): void {
    this.#parts.fanOut.flush();
    if (message.kind === "notification") {
      return this.#tellRefused(session, message.method, message.params, refusal);
    }
    reply!(encodeError(message.id, refusal));
  }

  #tellRefused(session: Session, method: string, params: unknown, refusal: Refusal): void {
    const command = commandOf(params);
    const { code, message, data } = toErrorObject(refusal);
    const about = { method, ...(command === undefined ? {} : { command }) };
    session.notify({ method: "refused", params: { ...about, code, message, data } });
  }

  #notified(session: Session, method: string, params: unknown): Refusal | undefined {
    this.#parts.fanOut.flush();
    const answer = this.#call(session, method, null, params, () => {});
    return answer !== "later" && "refusal" in answer ? answer.refusal : undefined;
  }

  #call(session: Session, method: string, id: Id, params: unknown, reply: Reply): Answer {
    const handler = this.#methods[method];
    const { seat } = session;
    if (handler === undefined) {
      return {
        refusal: {
          reason: "method_not_found",
          message: `There is no method ${visible(method, SHOWN_LENGTH)}`,
        },
      };
    }
    if (seat === undefined && !NEED_NO_SEAT.has(method)) {
      return { refusal: { reason: "unavailable", message: "You have no seat yet" } };
    }
    try {
      // Those that need no seat do not look at it.
      return handler({ session, seat: seat!, id, params, reply });
    } catch (error) {
      this.#parts.report({ event: "fault", where: `method ${method}`, message: visible(String(error)) });
      return { refusal: { reason: "internal_error", message: "The server failed in answering this" } };
    }
  }

  /** The fast lane: a `run` that nobody answers. */
  #send({ seat }: Session, params: unknown): Refusal | undefined {
    if (seat === undefined) return { reason: "unavailable", message: "You have no seat" };
    const read = methods.readRunParams(params);
    if (!read.ok) return { reason: "invalid_params", message: read.message };
    if (!read.value.dry_run) return this.#parts.commands.send(seat, read.value);
    return { reason: "invalid_params", message: "A dry run has an answer: send it as a request, with an id" };
  }

  #hello(ask: Ask): Answer {
    const { session, params } = ask;
    const { seating: { comebacks }, limits } = this.#parts;
    const read = methods.readShape(methods.HelloParams, params);
    if (!read.ok) return invalidParams(read.message);
    const { name, resume } = read.value;
    const checked = name === undefined ? undefined : checkName(name, limits.nameLength);
    if (checked?.ok === false) return invalidParams(checked.message);
    const wish = checked === undefined ? read.value : { ...read.value, name: checked.name };
    if (resume === undefined) return this.#greet(session, wish);
    const resumed = () => this.#resume(session, resume) ?? this.#greet(session, wish);
    const isContested = comebacks.isContested(session, resume, () => this.#answerHello(ask, resumed()));
    if (isContested) return "later";
    const answer = resumed();
    if ("refusal" in answer) return answer;
    this.#answerHello(ask, answer);
    return "later";
  }

  #greet(session: Session, { name, lease_ms }: methods.HelloParams): Exclude<Answer, "later"> {
    const { seating, whenNotSeated } = this.#parts;
    if (lease_ms !== undefined) seating.lease(session, lease_ms);
    if (name !== undefined) seating.rename(session, name);
    if (session.seat === undefined) return { refusal: whenNotSeated(session) };
    return { result: seating.welcome(session, session.seat) };
  }

  #resume(session: Session, token: string): { readonly refusal: Refusal } | undefined {
    const { seating: { comebacks }, runs } = this.#parts;
    let refusal = comebacks.refuseToken(session, token);
    if (refusal === undefined) {
      // It gives up the seat that it was given on connecting, with all that has begun there.
      runs.memberLeft(session);
      refusal = comebacks.resume(session, token);
    }
    return refusal && { refusal };
  }

  /** With a question right behind the new token: its answer says that the token has arrived. */
  #answerHello({ id, reply }: Ask, answer: Exclude<Answer, "later">): void {
    if ("refusal" in answer) return reply(encodeError(id, answer.refusal));
    reply(encodeResult(id, answer.result), CONFIRM);
  }

  #leave({ session, params }: Ask): Answer {
    const read = methods.readShape(methods.LeaveParams, params);
    if (!read.ok) return invalidParams(read.message);
    const { resume } = read.value;
    if (resume !== undefined) {
      const refusal = this.#parts.seating.comebacks.release(resume, session.identity);
      return refusal === undefined ? DONE : { refusal };
    }
    session.hasLeft = true;
    // After the answer, which is sent first.
    queueMicrotask(() => session.close("left"));
    return DONE;
  }

  #run({ session, seat, id, params, reply }: Ask): Answer {
    const read = methods.readRunParams(params);
    if (!read.ok) return invalidParams(read.message);
    if (read.value.dry_run) return { result: this.#parts.commands.dryRun(seat, read.value) };
    const encoding = new RunEncoding(id);
    const refusal = this.#parts.commands.run(seat, id, read.value, {
      onResult: (result, index) => session.sendText(encoding.add(result, index)),
      onEnd: (counts) => reply(encoding.end(counts)),
    });
    return refusal === undefined ? "later" : { refusal };
  }

  #cancel({ session, params }: Ask): Answer {
    const read = methods.readShape(methods.CancelParams, params);
    if (!read.ok) return invalidParams(read.message);
    if (this.#parts.runs.cancel(session, read.value.run)) return DONE;
    return invalidParams(`There is no run of yours under way with id ${shownId(read.value.run)}`);
  }

  #evict({ session, params }: Ask): Answer {
    if (!session.rights.evict) return mayNot("take a seat away", "evict");
    const read = methods.readShape(methods.EvictParams, params);
    if (!read.ok) return invalidParams(read.message);
    const evicted = this.#parts.operator.evict(read.value, session.identity);
    return "reason" in evicted ? { refusal: evicted } : { result: evicted };
  }

  #roster({ session, seat }: Ask): Answer {
    if (!session.rights.watch) return mayNot("see who is here", "watch");
    const result = this.#parts.seating.rosterFor(seat);
    const bytes = encoder.encode(JSON.stringify(result)).length;
    if (bytes < session.outboxRoom) return { result };
    const message =
      `The roster has ${bytes} bytes, and only ${session.outboxRoom} fit into what may wait to be sent to you`;
    return { refusal: { reason: "too_large", message, data: { limit: session.outboxRoom } } };
  }

  #watch({ session, params }: Ask): Answer {
    const read = methods.readShape(methods.WatchParams, params);
    if (!read.ok) return invalidParams(read.message);
    if (read.value.on && !session.rights.watch) return mayNot("see who is here", "watch");
    this.#parts.seating.watch(session, read.value.on);
    return DONE;
  }

  #yield({ session }: Ask): Answer {
    this.#parts.runs.memberLeft(session);
    return { result: this.#parts.seating.moveToEnd(session) };
  }

  #refuseMessage(session: Session, id: Id, refusal: Refusal, reply: Reply): void {
    const { reason, message } = refusal;
    if (this.#refusals?.session !== session || this.#refusals.reason !== reason) {
      this.reportRefusals();
      this.#refusals = { session, reason, message: visible(message), count: 0 };
    }
    this.#refusals.count++;
    reply(encodeError(id, refusal));
  }

  /** Tells the log what was refused since the last call; equal refusals of one read are one line. */
  reportRefusals(): void {
    if (this.#refusals === undefined) return;
    const { session: { ip, port }, reason, message, count } = this.#refusals;
    this.#refusals = undefined;
    this.#parts.report({ event: "message_refused", ip, port, reason, message, count });
  }
}

function invalidParams(message: string): Answer {
  return { refusal: { reason: "invalid_params", message } };
}

/** What the token does not allow. */
function mayNot(what: string, rule: "watch" | "evict"): Answer {
  return {
    refusal: { reason: "not_allowed", message: `your token does not let you ${what}`, data: { rule } },
  };
}

/** An id that somebody made up, of any length. */
function shownId(id: Id): string {
  return visible(JSON.stringify(id), SHOWN_LENGTH);
}

function tooDeep(limit: number): Refusal {
  return { reason: "too_large", message: `Cannot read JSON nested more than ${limit} deep`, data: { limit } };
}

function commandOf(params: unknown): string | undefined {
  const command = (params as Record<string, unknown> | undefined)?.command;
  return typeof command === "string" ? command.slice(0, SHOWN_LENGTH) : undefined;
}
