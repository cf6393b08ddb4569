// Which answer belongs to which request. Every request added here ends exactly once: with its answer, with an abort, or
// when all fail.

import type { Id } from "../../../protocol/json_rpc/mod.ts";
import type { ResultNote } from "../../../protocol/methods/mod.ts";
import type { RequestError } from "../../session/mod.ts";

/** A request that was sent. */
export interface SentRequest {
  readonly method: string;
  /** For a run: called for each `result` that comes before the answer. */
  readonly onResult?: ((result: ResultNote) => void) | undefined;
}

interface PendingRequest extends SentRequest {
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

export class PendingRequests {
  readonly #maxPending: number;
  readonly #byId = new Map<Id, PendingRequest>();

  constructor(maxPending: number) {
    this.#maxPending = maxPending;
  }

  get isFull(): boolean {
    return this.#byId.size >= this.#maxPending;
  }

  /** @returns the answer. Rejects with the reason of `signal`, not aborted yet, when that is aborted first. */
  add(id: Id, request: SentRequest, signal?: AbortSignal): Promise<unknown> {
    const promise = new Promise((resolve, reject) => this.#byId.set(id, { ...request, resolve, reject }));
    const onAbort = () => this.take(id)?.reject(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    const forget = () => signal?.removeEventListener("abort", onAbort);
    promise.then(forget, forget);
    return promise;
  }

  get(id: Id): SentRequest | undefined {
    return this.#byId.get(id);
  }

  /** Removes the request: the caller has to resolve or reject it. */
  take(id: Id): PendingRequest | undefined {
    const request = this.#byId.get(id);
    this.#byId.delete(id);
    return request;
  }

  failAll(error: RequestError): void {
    const requests = [...this.#byId.values()];
    this.#byId.clear();
    for (const request of requests) request.reject(error);
  }
}
