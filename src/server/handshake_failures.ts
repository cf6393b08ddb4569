// Tells the operator of TLS handshakes that failed, and never more often than once in a while: the first at once, what
// fails after it counted together.

import type { Report } from "../log/server_event.ts";
import { visible } from "../log/visible_text.ts";
import type { Clock } from "./deadlines.ts";

interface Failure {
  readonly ip: string;
  readonly port: number;
  readonly message: string;
}

export class HandshakeFailures {
  readonly #report: Report;
  readonly #clock: Clock;
  readonly #quietMs: number;
  #untold: { readonly last: Failure; readonly count: number } | undefined;
  /** While it is set, nothing is told; undoes the timer that ends this. */
  #cancelQuiet: (() => void) | undefined;
  #isStopped = false;

  /** @param quietMs between two events at least. */
  constructor(report: Report, clock: Clock, quietMs: number) {
    this.#report = report;
    this.#clock = clock;
    this.#quietMs = quietMs;
  }

  note({ ip, port }: { readonly ip: string; readonly port: number }, error: unknown): void {
    if (this.#isStopped) return;
    const last = { ip, port, message: describe(error) };
    this.#untold = { last, count: (this.#untold?.count ?? 0) + 1 };
    if (this.#cancelQuiet === undefined) this.#tell();
  }

  /** Tells what is untold and leaves no timer behind; whatever fails from now on fails because the server ends. */
  stop(): void {
    this.#isStopped = true;
    if (this.#untold !== undefined) this.#tell();
    this.#cancelQuiet?.();
  }

  #tell(): void {
    this.#cancelQuiet?.();
    this.#cancelQuiet = undefined;
    if (this.#untold === undefined) return;
    const { last, count } = this.#untold;
    this.#untold = undefined;
    this.#report({ event: "handshake_failed", ...last, count });
    this.#cancelQuiet = this.#clock.after(this.#quietMs, () => this.#tell());
  }
}

/** The runtime says the most common mistake in words for programmers, and in no other way. */
function describe(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (message.includes("InvalidContentType")) return "it did not speak TLS";
  return visible(message, 200);
}
