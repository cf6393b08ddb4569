// The session of a leader as the control socket sees it: as any other, but a yield stops the program first.

import type { ClientEvent } from "./client_event.ts";
import type {
  ClientSession,
  OwnPlace,
  RequestOptions,
  RunOptions,
  RunRequest,
  StartedRun,
} from "./session_port.ts";

export class LeadingSession implements ClientSession {
  readonly #session: ClientSession;
  readonly #lead: { yield(): Promise<unknown> };

  constructor(session: ClientSession, lead: { yield(): Promise<unknown> }) {
    this.#session = session;
    this.#lead = lead;
  }

  get place(): OwnPlace | undefined {
    return this.#session.place;
  }

  get events(): AsyncIterable<ClientEvent> {
    return this.#session.events;
  }

  request(method: string, params?: unknown, options?: RequestOptions): Promise<unknown> {
    return method === "yield" ? this.#lead.yield() : this.#session.request(method, params, options);
  }

  run(params: RunRequest, options?: RunOptions): StartedRun {
    return this.#session.run(params, options);
  }

  async notify(method: string, params?: unknown): Promise<void> {
    if (method === "yield") await this.#lead.yield();
    else await this.#session.notify(method, params);
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}
