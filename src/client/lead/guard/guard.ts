// The guard is a process between a leading client and its program, so that the program ends in time even if the client is
// killed or suspended. It runs one program at a time until the client ends, and never ends before the program has.

import type { GuardEnd, GuardOrder, GuardReport, GuardStart } from "./guard_messages.ts";
import { GuardedProgram, type GuardedProgramParts } from "./guarded_program.ts";

export interface GuardParts extends Omit<GuardedProgramParts, "onStarted" | "say"> {
  /** Ends when the client has ended. */
  readonly orders: AsyncIterable<GuardOrder>;
  /** Reports to the client; must neither throw nor block, even if the client has ended. */
  readonly report: (report: GuardReport) => void;
  /** Releases the client's seat in its place; tries for `ms` at most, or until `signal` is aborted. Never rejects. */
  readonly leave: (
    server: GuardStart["server"],
    token: string,
    ms: number,
    signal: AbortSignal,
  ) => Promise<void>;
}

export class Guard {
  readonly #parts: GuardParts;
  #leaving: AbortController | undefined;
  #program: GuardedProgram | undefined;
  #signals = 0;

  constructor(parts: GuardParts) {
    this.#parts = parts;
  }

  /** Resolves when the client has ended and its program is gone. */
  async run(): Promise<void> {
    this.#parts.report({ report: "ready" });
    try {
      for await (const order of this.#parts.orders) this.#take(order);
    } catch (error) {
      this.#say(`Cannot read the client's orders: ${error instanceof Error ? error.message : error}`);
    }
    const program = this.#program;
    if (program === undefined) return;
    program.stop();
    const end = await program.ended;
    // While something may still run, the seat is kept until the lease expires.
    if (end.kind === "unsure") await program.killToTheEnd();
    else await this.#releaseSeat(program);
  }

  /** A signal to this process: the first one stops the program, the second kills it. The guard stays until it has ended. */
  readonly interrupt = (): void => {
    const program = this.#program;
    this.#signals++;
    this.#leaving?.abort();
    if (this.#signals === 1) program?.stop();
    else program?.kill();
  };

  #take(order: GuardOrder): void {
    if (order.do === "start") return this.#start(order);
    if (order.do === "check") return this.#parts.report({ report: "alive" });
    const program = this.#program;
    if (program?.start.run !== order.run) return;
    switch (order.do) {
      case "renew":
        return program.renew(order);
      case "keep_token":
        return program.keepToken(order.token);
      case "stop":
        return program.stop();
    }
  }

  #start(start: GuardStart): void {
    const { run } = start;
    if (this.#program !== undefined) {
      return this.#parts.report({ report: "ended", run, end: { kind: "stopped" } });
    }
    this.#signals = 0;
    const program = new GuardedProgram(start, {
      ...this.#parts,
      onStarted: (group) => this.#parts.report({ report: "started", run, group }),
      say: (line) => this.#say(line),
    });
    this.#program = program;
    program.ended.then((end) => this.#ended(program, end));
  }

  #ended(program: GuardedProgram, end: GuardEnd): void {
    // An unsure end keeps this guard busy.
    if (end.kind !== "unsure" && this.#program === program) this.#program = undefined;
    this.#parts.report({ report: "ended", run: program.start.run, end });
  }

  /** The client cannot release the seat any more, and the next client would wait for the whole lease. */
  async #releaseSeat({ start, token }: GuardedProgram): Promise<void> {
    if (token === undefined) return;
    // Only a signal from now on ends this wait; an earlier one has stopped the program.
    this.#leaving = new AbortController();
    await this.#parts.leave(start.server, token, start.leaseMs, this.#leaving.signal);
  }

  #say(line: string): void {
    this.#parts.report({ report: "say", line });
  }
}
