// Where connections come from: a listener, and the one that takes its place when the server's certificate is renewed.

import type { Report } from "../log/server_event.ts";
import { acceptLoop } from "./accept_loop.ts";
import type { Clock } from "./deadlines.ts";

/** A source of connections that can be closed; `Deno.listen` gives one. */
export interface Source<Incoming> extends AsyncIterable<Incoming> {
  readonly addr: Deno.Addr;
  close(): void;
}

export interface ListeningOptions<Incoming> {
  /** Must not throw. */
  readonly onConnection: (connection: Incoming) => void;
  readonly report: Report;
  readonly clock: Clock;
  readonly bounds: {
    /** A listener that is replaced is closed when it has brought nothing for so long... */
    readonly quietMs: number;
    /** ...or after so long, if it always does. */
    readonly retireMs: number;
  };
}

export class Listening<Incoming> {
  readonly #options: ListeningOptions<Incoming>;
  readonly #closing = new AbortController();
  /** Those that another one has replaced, and that are not closed yet. */
  readonly #retiring = new Set<Source<Incoming>>();
  #source: Source<Incoming>;
  /** Connections that the current source has brought. */
  #accepted = { count: 0 };
  #ended: Promise<unknown>;

  constructor(source: Source<Incoming>, options: ListeningOptions<Incoming>) {
    this.#options = options;
    this.#source = source;
    this.#ended = this.#accept(source, this.#accepted);
  }

  get address(): Deno.NetAddr {
    return this.#source.addr as Deno.NetAddr;
  }

  /** From now on `source` is the one; it has to listen on the same port already. */
  replace(source: Source<Incoming>): void {
    if (this.#closing.signal.aborted) return source.close();
    const retired = this.#retire(this.#source, this.#accepted);
    this.#source = source;
    this.#accepted = { count: 0 };
    this.#ended = Promise.all([this.#ended, retired, this.#accept(source, this.#accepted)]);
  }

  /** Takes no more connections. */
  close(): void {
    this.#closing.abort();
    this.#source.close();
    for (const source of [...this.#retiring]) this.#closeRetiring(source);
  }

  /** Resolves when nothing is accepted any more, after {@linkcode close}. */
  async ended(): Promise<void> {
    await this.#ended;
  }

  #accept(source: Source<Incoming>, accepted: { count: number }): Promise<void> {
    const { onConnection, report } = this.#options;
    return acceptLoop(source, {
      onConnection: (connection) => {
        accepted.count++;
        onConnection(connection);
      },
      onFailure: (error, retryMs) => {
        const message = error instanceof Error ? error.message : String(error);
        report({ event: "accept_failed", message, retry_ms: retryMs });
      },
      signal: this.#closing.signal,
    });
  }

  /**
   * With a listener, the connections that wait at it are reset: it is closed when none has come for a while. Only the
   * kernel could make that certain, as it goes on giving connections to both.
   */
  async #retire(source: Source<Incoming>, accepted: { readonly count: number }): Promise<void> {
    const { clock, bounds } = this.#options;
    const until = clock.now() + bounds.retireMs;
    this.#retiring.add(source);
    let before: number;
    do {
      before = accepted.count;
      await new Promise<void>((resolve) => clock.after(bounds.quietMs, resolve));
    } while (this.#retiring.has(source) && accepted.count > before && clock.now() < until);
    this.#closeRetiring(source);
  }

  #closeRetiring(source: Source<Incoming>): void {
    if (this.#retiring.delete(source)) source.close();
  }
}
