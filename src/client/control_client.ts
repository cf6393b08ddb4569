// Asks a running client through its control socket. To whoever asks it looks like a session of its own.

import { encodeRequest, type Id, type Message, parseLine } from "../protocol/json_rpc.ts";
import type { DryRunSummary, RunSummary } from "../protocol/methods.ts";
import type { Asker } from "./asked.ts";
import { Link, type LinkBounds } from "./link.ts";
import { PendingRequests } from "./pending_requests.ts";
import { readNote } from "./read_note.ts";
import { notAnswered, notSent, RequestError } from "./request_error.ts";
import type { RequestOptions, RunOptions, RunRequest, StartedRun } from "./session_port.ts";

export interface ControlClientBounds extends LinkBounds {
  readonly requestsPending: number;
}

export class ControlClient implements Asker {
  readonly #link: Link;
  readonly #pending: PendingRequests;
  #lastId = 0;

  constructor(conn: Deno.Conn, bounds: ControlClientBounds) {
    this.#pending = new PendingRequests(bounds.requestsPending);
    this.#link = new Link(conn, bounds, (line) => this.#take(line));
    this.#link.ended.then(() => {
      this.#pending.failAll(notAnswered("disconnected", "The running client has closed its control socket"));
    });
  }

  request(method: string, params?: unknown, _options?: RequestOptions): Promise<unknown> {
    return this.#send(method, params).done;
  }

  run(params: RunRequest, { signal, onResult }: RunOptions = {}): StartedRun {
    const { id, done } = this.#send("run", params, onResult);
    const cancel = () => this.request("cancel", { run: id }).catch(() => {/* It has ended meanwhile. */});
    if (signal?.aborted) cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    const forget = () => signal?.removeEventListener("abort", cancel);
    done.then(forget, forget);
    return { id, done: done as Promise<RunSummary | DryRunSummary> };
  }

  async close(): Promise<void> {
    await this.#link.close();
  }

  #send(method: string, params: unknown, onResult?: RunOptions["onResult"]) {
    const id: Id = ++this.#lastId;
    const { promise: done, resolve, reject } = Promise.withResolvers<unknown>();
    if (this.#link.isOpen && !this.#pending.isFull && this.#link.send(encodeRequest(id, method, params))) {
      this.#pending.add(id, { method, onResult, resolve, reject });
    } else {
      reject(notSent("disconnected", "Cannot send through the control socket"));
    }
    return { id, done };
  }

  #take(line: string): void {
    const message = parseLine(line, 0) as Message;
    switch (message.kind) {
      case "result":
        return this.#pending.take(message.id)?.resolve(message.result);
      case "error": {
        const error = new RequestError("answered", message.error);
        // Without an id it is about the connection as a whole: there are too many.
        if (message.id === null) return this.#pending.failAll(error);
        return this.#pending.take(message.id)?.reject(error);
      }
      case "notification": {
        const note = readNote(message.method, message.params);
        if (note?.kind === "result") this.#pending.get(note.result.run)?.onResult?.(note.result);
        return;
      }
      default:
        return this.#link.destroy("the running client sent what is no answer");
    }
  }
}
