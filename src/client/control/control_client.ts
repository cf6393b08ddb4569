// Sends requests to a running client through its control socket. Its user sees a session like any other.

import { encodeRequest, type Id, type Message, parseLine } from "../../protocol/json_rpc/mod.ts";
import type { DryRunSummary } from "../../protocol/methods/mod.ts";
import type { Requester } from "../requests/mod.ts";
import { Heartbeat, Link, type LinkBounds, PendingRequests, readNote } from "../connection/mod.ts";
import { DENO_CLOCK, type InstantClock } from "../../time/mod.ts";
import {
  askDryRun,
  notAnswered,
  notSent,
  RequestError,
  type RequestOptions,
  type RunOptions,
  type RunRequest,
  type SendRequest,
  type StartedRun,
  startRun,
} from "../session/mod.ts";

export interface ControlClientBounds extends LinkBounds {
  readonly requestsPending: number;
  readonly controlHeartbeatMs: number;
  readonly controlSilenceMs: number;
}

export class ControlClient implements Requester {
  readonly #link: Link;
  readonly #pending: PendingRequests;
  /** A run has no time limit here, but its client has to answer meanwhile. */
  readonly #heartbeat: Heartbeat;
  #isBeating = false;
  #lastId = 0;
  #whyEnded = "The running client has closed its control socket";

  constructor(conn: Deno.Conn, bounds: ControlClientBounds, clock: InstantClock = DENO_CLOCK) {
    this.#pending = new PendingRequests(bounds.requestsPending);
    this.#link = new Link(conn, bounds, (line) => this.#take(line));
    this.#heartbeat = new Heartbeat({
      bounds: { heartbeatMs: bounds.controlHeartbeatMs, silenceMs: bounds.controlSilenceMs },
      clock,
      bytesHeard: () => this.#link.bytesRead,
      // The client answers this itself, whatever the state of its server.
      ask: () => this.#send("status", undefined).done,
      giveUp: (ms) => this.#giveUp(ms),
    });
    this.#link.ended.then(() => {
      this.#heartbeat.stop();
      this.#pending.failAll(notAnswered("disconnected", this.#whyEnded));
    });
  }

  request(method: string, params?: unknown, options?: RequestOptions): Promise<unknown> {
    return this.#send(method, params, options).done;
  }

  run(params: RunRequest, options?: RunOptions): StartedRun {
    return startRun(this.#send, params, options);
  }

  dryRun(params: RunRequest, options?: RequestOptions): Promise<DryRunSummary> {
    return askDryRun(this.#send, params, options);
  }

  async close(): Promise<void> {
    await this.#link.close();
  }

  #giveUp(silentMs: number): void {
    this.#whyEnded =
      `The running client has not answered for ${Math.round(silentMs)} ms: it is suspended or hangs; ` +
      "continue it (kill -CONT), or start it again";
    this.#link.destroy(this.#whyEnded);
  }

  readonly #send: SendRequest = (method, params, { signal, onResult } = {}) => {
    const id: Id = ++this.#lastId;
    if (signal?.aborted) return { id, done: Promise.reject(signal.reason) };
    if (!this.#link.isOpen || this.#pending.isFull || !this.#link.send(encodeRequest(id, method, params))) {
      return { id, done: Promise.reject(notSent("disconnected", "Cannot send through the control socket")) };
    }
    const done = this.#pending.add(id, { method, onResult }, signal);
    if (!this.#isBeating) {
      this.#isBeating = true;
      this.#heartbeat.start();
    }
    return { id, done };
  };

  #take(line: string): void {
    const message = parseLine(line, 0) as Message;
    switch (message.kind) {
      case "result":
        return this.#pending.take(message.id)?.resolve(message.result);
      case "error": {
        const error = new RequestError("answered", message.error);
        // An error without an id is about the connection as a whole: there are too many.
        if (message.id === null) return this.#pending.failAll(error);
        return this.#pending.take(message.id)?.reject(error);
      }
      case "notification": {
        const note = readNote(message.method, message.params);
        if (note?.kind === "result") this.#pending.get(note.result.run)?.onResult?.(note.result);
        return;
      }
      default:
        return this.#link.destroy("the running client sent an invalid answer");
    }
  }
}
