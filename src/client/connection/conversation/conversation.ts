// What is said on one open connection: requests and their answers, what the server tells, and what it asks for. Ends
// with the connection, and then everything that still waits for an answer fails.

import { encodeNotification, type Id, type Message } from "../../../protocol/json_rpc/mod.ts";
import { METHODS, readShape, type Welcome } from "../../../protocol/methods/mod.ts";
import { type ClientEvent, notAnswered, RequestError, type RunOptions } from "../../session/mod.ts";
import { type ConversationEnd, EndNotes, seatAfterClose } from "./conversation_end.ts";
import { Greeting, type SeatToken, type SeatWish } from "./greeting.ts";
import type { ExecutePort } from "./execute_port.ts";
import type { InstantClock } from "../../../time/mod.ts";
import { IncomingRequests } from "./incoming_requests.ts";
import { Link, type LinkBounds, type LinkConn } from "../transport/mod.ts";
import { Outgoing } from "./outgoing.ts";
import { PendingRequests } from "./pending_requests.ts";
import { type MessageBounds, readMessages } from "./read_messages.ts";
import { readNote } from "./read_note.ts";
import { type SilenceBounds, SilenceWatch } from "../heartbeat/mod.ts";

export interface ConversationBounds extends LinkBounds, SilenceBounds, MessageBounds {
  readonly requestsPending: number;
}

export interface ConversationParts {
  readonly bounds: ConversationBounds;
  readonly clock: InstantClock;
  /** False: the caller sends pings, and drops a silent connection. */
  readonly sendsHeartbeat: boolean;
  /** Ids are unique over all conversations of a client, so that none is mistaken for an earlier one's. */
  readonly nextId: () => number;
  readonly report: (event: ClientEvent) => void;
  /** Takes the token that resumes the seat; `undefined` when the newest one is of no use any more. */
  readonly onToken: (token: SeatToken | undefined) => void;
  /** The seat cannot be resumed any more; its token still releases it. */
  readonly onEvicted: () => void;
  readonly executor: ExecutePort | undefined;
}

export class Conversation {
  readonly #parts: ConversationParts;
  readonly #link: Link;
  readonly #pending: PendingRequests;
  readonly #outgoing: Outgoing;
  readonly #incoming: IncomingRequests;
  readonly #greeting: Greeting;
  readonly #silence: SilenceWatch;
  #helloId: Id | undefined;
  readonly #end = new EndNotes();

  /** Sends hello immediately: before a first line the server cannot know that this is a program. */
  constructor(conn: LinkConn, wish: SeatWish, parts: ConversationParts) {
    this.#parts = parts;
    this.#greeting = new Greeting(wish);
    this.#pending = new PendingRequests(parts.bounds.requestsPending);
    const { after } = parts.clock;
    this.#link = new Link(conn, parts.bounds, (line) => this.#take(line), after);
    this.#outgoing = new Outgoing(this.#link, this.#pending);
    this.#incoming = new IncomingRequests({
      executor: parts.executor,
      report: parts.report,
      send: (line) => this.#link.send(line),
      giveUp: (why) => this.#link.destroy(why),
    });
    this.#silence = new SilenceWatch({
      bounds: parts.bounds,
      clock: parts.clock,
      bytesHeard: () => this.#link.bytesRead,
      ping: parts.sendsHeartbeat ? () => this.request("ping", undefined).done : undefined,
      giveUp: (why) => this.#link.destroy(why),
    });
    this.#sayHello();
  }

  /** Resolves when the connection has ended and everything that waited has failed. Never rejects. */
  async ended(): Promise<ConversationEnd> {
    const why = await this.#link.ended;
    this.#silence.stop();
    this.#parts.executor?.abandon();
    this.#pending.failAll(notAnswered("disconnected", `The connection was lost: ${why}`));
    return this.#end.toEnd(why);
  }

  request(method: string, params: unknown, options: RunOptions = {}): { id: Id; done: Promise<unknown> } {
    const id = this.#parts.nextId();
    return { id, done: this.#outgoing.request(id, method, params, options) };
  }

  /** Sends a notification, waiting for room; a `yield` as a request. False when the connection has ended. */
  async notify(method: string, params: unknown): Promise<boolean> {
    if (method === "yield") return await this.#yield(params);
    return await this.#outgoing.notify(method, params);
  }

  /** The answer alone names the new place and its token, so there is no other way to yield. */
  async #yield(params: unknown): Promise<boolean> {
    try {
      await this.request("yield", params).done;
      return true;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (error.kind === "disconnected") return false;
      if (error.kind !== "answered") throw error;
      const { code, message } = error;
      this.#parts.report({ kind: "refused", refused: { method: "yield", code, message } });
      return true;
    }
  }

  /** Ends the connection immediately, as if it had broken. */
  drop(why: string): void {
    this.#link.destroy(why);
  }

  /** Leaves: the server does not keep the seat. */
  async close(): Promise<void> {
    this.#pending.failAll(notAnswered("closed", "The client was closed"));
    this.#link.send(encodeNotification("leave", {}));
    await this.#link.close();
  }

  /** The answer is taken where answers are, before anything that comes behind it. */
  #sayHello(): void {
    const { id, done } = this.request("hello", this.#greeting.params);
    this.#helloId = id;
    done.catch(() => {/* Reported where it was taken, or by the end of the connection. */});
  }

  #helloRefused(error: RequestError): void {
    const { then, events } = this.#greeting.refused(error);
    if (then === "say hello again") this.#parts.onToken(undefined);
    for (const event of events) this.#tell(event);
    if (then === "say hello again") this.#sayHello();
    if (then !== "give up") return;
    this.#end.noteUnauthenticated(error.message);
    this.#link.destroy(error.message);
  }

  #take(line: string): void {
    this.#silence.noteLine();
    for (const message of readMessages(line, this.#parts.bounds)) this.#takeMessage(message);
  }

  #takeMessage(message: Message): void {
    switch (message.kind) {
      case "request":
        return this.#incoming.take(message.id, message.method, message.params);
      case "notification":
        return this.#takeNotification(message.method, message.params);
      case "result":
        return this.#takeResult(message.id, message.result);
      case "error": {
        const request = this.#pending.take(message.id);
        if (request !== undefined) {
          const error = new RequestError("answered", message.error);
          if (message.id === this.#helloId) this.#helloRefused(error);
          return request.reject(error);
        }
        const { code, message: text } = message.error;
        // Without an id it is about a line that the server could not read.
        if (message.id === null) {
          this.#parts.report({ kind: "refused", refused: { method: "", code, message: text } });
        }
        return;
      }
      case "bad_response":
        return this.#link.destroy(`the server sent a response that cannot be read: ${message.why}`);
      case "invalid":
        return this.#link.destroy(`the server sent an invalid message: ${message.refusal.message}`);
    }
  }

  #takeNotification(method: string, params: unknown): void {
    if (method === "execute") return this.#incoming.execute(params);
    if (method === "welcome") return this.#welcome(params);
    const note = readNote(method, params);
    // A later version of the protocol may add methods.
    if (note === undefined) return;
    if (note.kind === "cancel") this.#parts.executor?.cancel(note.id);
    if (note.kind === "closing") {
      this.#end.noteClosing(note.closing);
      const seat = seatAfterClose(note.closing.reason);
      if (seat === "lost") this.#parts.onToken(undefined);
      if (seat === "evicted") this.#parts.onEvicted();
    }
    this.#pass(note);
    if (note.kind === "result") this.#pending.get(note.result.run)?.onResult?.(note.result);
  }

  #takeResult(id: Id, result: unknown): void {
    const request = this.#pending.take(id);
    if (request?.method === "yield") return request.resolve(this.#yielded(result));
    if (request !== undefined && id === this.#helloId) {
      const welcome = this.#readWelcome(result);
      if (welcome === undefined) return;
      for (const event of this.#greeting.accepted(welcome, !this.#end.wasWelcome)) this.#tell(event);
    }
    request?.resolve(result);
  }

  /** A new seat; the token of the old one is void. @returns the place without the token, which is a secret. */
  #yielded(result: unknown): unknown {
    const read = readShape(METHODS.yield.result, result);
    if (!read.ok) {
      this.#link.destroy(`the server's answer to yield cannot be read: ${read.message}`);
      return result;
    }
    const { resume, ...place } = read.value;
    this.#parts.onToken(resume === undefined ? undefined : { ticket: place.ticket, token: resume });
    this.#parts.report({ kind: "yielded", place });
    return place;
  }

  #welcome(params: unknown): void {
    const welcome = this.#readWelcome(params);
    if (welcome !== undefined) this.#pass({ kind: "welcome", welcome });
  }

  #readWelcome(params: unknown): Welcome | undefined {
    const read = readShape(METHODS.hello.result, params);
    if (read.ok) {
      this.#outgoing.maxLineBytes = read.value.limits.line_bytes;
      return read.value;
    }
    this.#link.destroy(`the server's welcome cannot be read: ${read.message}`);
    return undefined;
  }

  #pass(event: ClientEvent): void {
    for (const passed of this.#greeting.pass(event)) this.#tell(passed);
  }

  #tell(event: ClientEvent): void {
    if (event.kind === "waiting" || event.kind === "welcome") {
      this.#end.noteWelcome();
      this.#silence.noteGreeted();
    }
    if (event.kind !== "welcome") return this.#parts.report(event);
    // The token is a secret; events are shown, so they do not carry it.
    const { resume, ...welcome } = event.welcome;
    if (resume !== undefined) this.#parts.onToken({ ticket: welcome.ticket, token: resume });
    this.#parts.report({ ...event, welcome });
  }
}
