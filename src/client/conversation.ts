// What is said on one open connection: requests and their answers, what the server tells, and what it asks for. Ends
// with the connection, and then everything that still waits for an answer fails.

import {
  encodeError,
  encodeNotification,
  encodeRequest,
  encodeResult,
  type Id,
  type Message,
  parseLine,
} from "../protocol/json_rpc.ts";
import { ExecuteParams, readShape, Welcome } from "../protocol/methods.ts";
import type { ClientEvent } from "./client_event.ts";
import { encodeErrorObject } from "./encode_error_object.ts";
import type { ExecuteAnswer, ExecutePort } from "./execute_port.ts";
import { Link, type LinkBounds, type LinkConn } from "./link.ts";
import { PendingRequests } from "./pending_requests.ts";
import { readNote } from "./read_note.ts";
import { notAnswered, notSent, RequestError } from "./request_error.ts";
import type { RunOptions } from "./session_port.ts";

export interface ConversationBounds extends LinkBounds {
  readonly requestsPending: number;
  /** Messages in one batch from the server. */
  readonly batchItems: number;
}

export interface ConversationParts {
  readonly bounds: ConversationBounds;
  /** Ids are unique over all conversations of a client, so that none is mistaken for an earlier one's. */
  readonly nextId: () => number;
  readonly report: (event: ClientEvent) => void;
  readonly executor: ExecutePort | undefined;
}

/** How a conversation ended. */
export interface ConversationEnd {
  readonly why: string;
  /** The server asked not to be bothered again before that. */
  readonly retryAfterMs: number;
  /** The server was willing to have us. */
  readonly wasWelcome: boolean;
  /** Trying again cannot help. */
  readonly isFinal: boolean;
}

export class Conversation {
  readonly #parts: ConversationParts;
  readonly #link: Link;
  readonly #pending: PendingRequests;
  #end: { why?: string; retryAfterMs: number; wasWelcome: boolean; isFinal: boolean } = {
    retryAfterMs: 0,
    wasWelcome: false,
    isFinal: false,
  };

  /** Says hello at once: before a first line the server cannot know that this is a program. */
  constructor(conn: LinkConn, name: string | undefined, parts: ConversationParts) {
    this.#parts = parts;
    this.#pending = new PendingRequests(parts.bounds.requestsPending);
    this.#link = new Link(conn, parts.bounds, (line) => this.#take(line));
    this.#sayHello(name);
  }

  /** Resolves when the connection has ended and everything that waited has failed. Never rejects. */
  async ended(): Promise<ConversationEnd> {
    const why = await this.#link.ended;
    this.#parts.executor?.abandon();
    this.#pending.failAll(notAnswered("disconnected", `The connection was lost: ${why}`));
    const { retryAfterMs, wasWelcome, isFinal } = this.#end;
    return { why: this.#end.why ?? why, retryAfterMs, wasWelcome, isFinal };
  }

  request(method: string, params: unknown, options: RunOptions = {}): { id: Id; done: Promise<unknown> } {
    const id = this.#parts.nextId();
    const { signal, onResult } = options;
    const { promise: done, resolve, reject } = Promise.withResolvers<unknown>();
    if (signal?.aborted) {
      reject(signal.reason);
    } else if (!this.#link.isOpen) {
      reject(notSent("disconnected", "Cannot send: the connection is closing"));
    } else if (this.#pending.isFull || !this.#link.send(encodeRequest(id, method, params))) {
      reject(notSent("overflow", "Cannot send: too many requests are waiting"));
    } else {
      this.#pending.add(id, { method, onResult, resolve, reject });
      const onAbort = () => this.#pending.take(id)?.reject(signal?.reason);
      signal?.addEventListener("abort", onAbort, { once: true });
      const forget = () => signal?.removeEventListener("abort", onAbort);
      done.then(forget, forget);
    }
    return { id, done };
  }

  /** Sends a notification, waiting for room. False when the connection has ended. */
  async notify(method: string, params: unknown): Promise<boolean> {
    const line = encodeNotification(method, params);
    while (!this.#link.send(line)) {
      if (!this.#link.isOpen) return false;
      await this.#link.hasRoomFor(line.length);
    }
    return true;
  }

  async close(): Promise<void> {
    this.#pending.failAll(notAnswered("closed", "The client was closed"));
    await this.#link.close();
  }

  async #sayHello(name: string | undefined): Promise<void> {
    const { done } = this.request("hello", name === undefined ? {} : { name });
    try {
      await done;
    } catch (error) {
      if (!(error instanceof RequestError) || error.kind !== "answered") return;
      const { code, message } = error;
      this.#parts.report({ kind: "refused", refused: { method: "hello", code, message } });
      if (error.reason !== "unauthenticated") return;
      this.#end.isFinal = true;
      this.#link.destroy(message);
    }
  }

  #take(line: string): void {
    const parsed = parseLine(line, this.#parts.bounds.batchItems);
    if (parsed.kind !== "batch") return this.#takeMessage(parsed);
    for (const item of parsed.items) this.#takeMessage(item);
  }

  #takeMessage(message: Message): void {
    switch (message.kind) {
      case "request":
        return this.#takeRequest(message.id, message.method, message.params);
      case "notification":
        return this.#takeNotification(message.method, message.params);
      case "result":
        return this.#takeResult(message.id, message.result);
      case "error": {
        const request = this.#pending.take(message.id);
        if (request !== undefined) return request.reject(new RequestError("answered", message.error));
        const { code, message: text } = message.error;
        // Without an id it is about a line that the server could not read.
        if (message.id === null) {
          this.#parts.report({ kind: "refused", refused: { method: "", code, message: text } });
        }
        return;
      }
      case "invalid":
        return this.#link.destroy(`the server sent what is no message: ${message.refusal.message}`);
    }
  }

  #takeRequest(id: Id, method: string, params: unknown): void {
    if (method === "ping") return this.#answer(encodeResult(id, {}));
    if (method === "execute" && this.#parts.executor !== undefined) return this.#execute(params, id);
    const message = method === "execute" ? "This client executes nothing" : `There is no method ${method}`;
    this.#answer(encodeError(id, { reason: "method_not_found", message }));
  }

  #execute(params: unknown, id?: Id): void {
    const read = readShape(ExecuteParams, params);
    if (!read.ok) {
      if (id !== undefined) {
        this.#answer(encodeError(id, { reason: "invalid_params", message: read.message }));
      }
      return;
    }
    const known = id === undefined ? {} : { id };
    this.#parts.report({ kind: "execute", ...known, execute: read.value });
    this.#parts.executor?.execute({
      ...known,
      params: read.value,
      answer: (answer) => {
        if (id !== undefined) this.#answer(encodeAnswer(id, answer));
      },
    });
  }

  /** A server that asks but does not read the answers would fill the memory. */
  #answer(line: string): void {
    if (!this.#link.send(line)) this.#link.destroy("the server does not read the answers");
  }

  #takeNotification(method: string, params: unknown): void {
    if (method === "execute") return this.#execute(params);
    if (method === "welcome") return this.#welcome(params);
    const note = readNote(method, params);
    // What a later version of the protocol may add is none of our business.
    if (note === undefined) return;
    if (note.kind === "cancel") this.#parts.executor?.cancel(note.id);
    if (note.kind === "closing") {
      const { reason, message, retry_after_ms } = note.closing;
      this.#end.why = message ?? reason;
      this.#end.retryAfterMs = retry_after_ms ?? 0;
    }
    this.#parts.report(note);
    if (note.kind === "result") this.#pending.get(note.result.run)?.onResult?.(note.result);
  }

  #takeResult(id: Id, result: unknown): void {
    const request = this.#pending.take(id);
    if (request?.method === "yield") {
      const note = readNote("yielded", result);
      if (note !== undefined) this.#parts.report(note);
    }
    // With tokens configured, this answer is the only welcome.
    if (request?.method === "hello" && !this.#end.wasWelcome) this.#welcome(result);
    request?.resolve(result);
  }

  #welcome(params: unknown): void {
    const read = readShape(Welcome, params);
    if (!read.ok) return this.#link.destroy(`the server's welcome cannot be read: ${read.message}`);
    this.#end.wasWelcome = true;
    this.#parts.report({ kind: "welcome", welcome: read.value });
  }
}

function encodeAnswer(id: Id, answer: ExecuteAnswer): string {
  return answer.kind === "result" ? encodeResult(id, answer.result) : encodeErrorObject(id, answer.error);
}
