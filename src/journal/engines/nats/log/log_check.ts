// Whether the log still is the one that this node has applied. A server that comes back may have lost records, and may have
// taken others in their place before this node has reached it.

import type { LogRequestError } from "./log_fault.ts";
import type { LogPort, Sequence } from "./log_port.ts";
import { readRecord } from "./log_record.ts";
import { type LogSystem, retry } from "./retry.ts";

const TIMEOUT_MS = 500;

export interface LogCheckPort {
  readonly log: Pick<LogPort, "describe" | "read">;
  readonly system: LogSystem;
  readonly identity: string;
  attemptFailed(error: LogRequestError): void;
}

export class LogCheck {
  readonly #port: LogCheckPort;
  readonly #signal: AbortSignal;
  #identityCheck: Promise<boolean> | undefined;

  constructor(port: LogCheckPort, signal: AbortSignal) {
    this.#port = port;
    this.#signal = signal;
  }

  /** Whether the stream was not created again. Asks until there is an answer; one question at a time. */
  isSameLog(): Promise<boolean> {
    this.#identityCheck ??= this.#retry(() => this.#port.log.describe(TIMEOUT_MS))
      .then(({ identity }) => identity === this.#port.identity)
      .finally(() => this.#identityCheck = undefined);
    return this.#identityCheck;
  }

  /** Whether this sequence belongs to the record with this id, or to none: it may have been purged. */
  async isSameRecord(sequence: Sequence, id: string): Promise<boolean> {
    const data = await this.#retry(() => this.#port.log.read(sequence, "leader", TIMEOUT_MS));
    return data === undefined || readRecord(sequence, data).id === id;
  }

  #retry<Result>(attempt: () => Promise<Result>): Promise<Result> {
    return retry(this.#port.system, this.#signal, attempt, (error) => this.#port.attemptFailed(error));
  }
}
