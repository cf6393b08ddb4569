// Which answer belongs to which request. Every request that is noted here ends exactly once: with its answer, with an
// abort, or with the failure of all.

import type { Id } from "../protocol/json_rpc.ts";
import type { ResultNote } from "../protocol/methods.ts";
import type { RequestError } from "./request_error.ts";

export interface PendingRequest {
  readonly method: string;
  /** For a run: called for each `result` that comes before the answer. */
  readonly onResult?: ((result: ResultNote) => void) | undefined;
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

export class PendingRequests {
  readonly #maxPending: number;
  readonly #byId = new Map<Id, PendingRequest>();

  constructor(maxPending: number) {
    this.#maxPending = maxPending;
  }

  get size(): number {
    return this.#byId.size;
  }

  get isFull(): boolean {
    return this.#byId.size >= this.#maxPending;
  }

  add(id: Id, request: PendingRequest): void {
    this.#byId.set(id, request);
  }

  get(id: Id): PendingRequest | undefined {
    return this.#byId.get(id);
  }

  /** Gives the request out of hand: whoever takes it must end it. */
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
