// Stands between a leading client and its program, as a process of its own, so that the program ends in time also when
// the client is killed or stopped. Starts one program at a time, for as long as the client lives, and does not end before
// the last one has.

import type { GuardEnd, GuardOrder, GuardReport, GuardStart } from "./guard_messages.ts";
import { GuardedProgram, type GuardedProgramParts } from "./guarded_program.ts";

export interface GuardParts extends Omit<GuardedProgramParts, "onStarted" | "say"> {
  /** Ends when the client is gone. */
  readonly orders: AsyncIterable<GuardOrder>;
  /** Tells the client; must neither throw nor block, whether the client is there or not. */
  readonly report: (report: GuardReport) => void;
  /** Gives the client's seat up in its place; trying for `ms` at most, or until `signal` is aborted. Never rejects. */
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

  /** Resolves when the client is gone, and nothing of its program is left. */
  async run(): Promise<void> {
    this.#parts.report({ report: "ready" });
    try {
      for await (const order of this.#parts.orders) this.#take(order);
    } catch (error) {
      this.#say(`cannot read what the client says: ${error instanceof Error ? error.message : error}`);
    }
    const program = this.#program;
    if (program === undefined) return;
    program.stop();
    const end = await program.ended;
    // What may still run keeps the seat until its lease is over.
    if (end.kind === "unsure") await program.killToTheEnd();
    else await this.#leaveFor(program);
  }

  /** A signal to this process: the first one stops the program, the second kills it. The guard stays until it is gone. */
  readonly interrupt = (): void => {
    const program = this.#program;
    this.#signals++;
    this.#leaving?.abort();
    if (this.#signals === 1) program?.stop();
    else program?.kill();
  };

  #take(order: GuardOrder): void {
    if (order.do === "start") return this.#start(order);
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
    // One of which something is left keeps this guard.
    if (end.kind !== "unsure" && this.#program === program) this.#program = undefined;
    this.#parts.report({ report: "ended", run: program.start.run, end });
  }

  /** The client cannot say any more that its seat is free, and the next in line would wait for the whole lease. */
  async #leaveFor({ start, token }: GuardedProgram): Promise<void> {
    if (token === undefined) return;
    // Only a signal that comes from now on ends this wait; an earlier one has stopped the program.
    this.#leaving = new AbortController();
    await this.#parts.leave(start.server, token, start.leaseMs, this.#leaving.signal);
  }

  #say(line: string): void {
    this.#parts.report({ report: "say", line });
  }
}
