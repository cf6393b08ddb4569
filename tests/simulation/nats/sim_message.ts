// A message as a client of NATS gets it.

import type { LinkMessage } from "../../../src/journal/engines/nats/link/mod.ts";
import type { NatsMessage } from "./nats_server.ts";

export class SimMessage implements LinkMessage {
  readonly data: Uint8Array;
  readonly code: number;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ data, code, headers }: NatsMessage) {
    this.data = data;
    this.code = code;
    this.#headers = headers;
  }

  header(name: string): string {
    return this.#headers[name] ?? "";
  }
}
