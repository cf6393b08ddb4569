// The session of a leader as the control socket uses it. It differs from others in one thing: every yield stops the
// program first.

import type { DryRunSummary } from "../../protocol/methods/mod.ts";
import type {
  ClientEvent,
  ClientSession,
  LeadStatus,
  OwnPlace,
  RequestOptions,
  RunOptions,
  RunRequest,
  StartedRun,
} from "../session/mod.ts";

export interface Leader {
  readonly status: LeadStatus;
  yield(): Promise<unknown>;
}

export class LeadingSession implements ClientSession {
  readonly #session: ClientSession;
  readonly #leader: Leader;

  constructor(session: ClientSession, leader: Leader) {
    this.#session = session;
    this.#leader = leader;
  }

  get lead(): LeadStatus {
    return this.#leader.status;
  }

  get place(): OwnPlace | undefined {
    return this.#session.place;
  }

  get events(): AsyncIterable<ClientEvent> {
    return this.#session.events;
  }

  request(method: string, params?: unknown, options?: RequestOptions): Promise<unknown> {
    return method === "yield" ? this.#leader.yield() : this.#session.request(method, params, options);
  }

  run(params: RunRequest, options?: RunOptions): StartedRun {
    return this.#session.run(params, options);
  }

  dryRun(params: RunRequest, options?: RequestOptions): Promise<DryRunSummary> {
    return this.#session.dryRun(params, options);
  }

  async notify(method: string, params?: unknown): Promise<void> {
    if (method === "yield") await this.#leader.yield();
    else await this.#session.notify(method, params);
  }

  rename(name: string): Promise<void> {
    return this.#session.rename(name);
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}
