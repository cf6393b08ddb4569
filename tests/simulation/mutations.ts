// Faults that were in the product, or could be: each is a change of one place of its sources. `deno task mutations` puts them
// back one at a time and counts how many seeds it takes until the simulator finds them.

export interface Mutation {
  readonly name: string;
  /** Where it comes from: found in the product, or made for this. */
  readonly origin: "found" | "made";
  /** From the project's folder. */
  readonly file: string;
  /** Occurs there once. */
  readonly find: string;
  readonly replace: string;
}

export const MUTATIONS: readonly Mutation[] = [
  {
    name: "a lost answer to yield leaves the client leading",
    origin: "found",
    file: "src/client/lead/leadership.ts",
    find: "  yieldSent(): void {\n    this.#setYieldOpen(true);",
    replace: "  yieldSent(): void {",
  },
  {
    name: "a yield sent as a notification does not stop the program",
    origin: "found",
    file: "src/client/lead/leading_session.ts",
    find: 'if (method === "yield") await this.#leader.yield();\n    else await',
    replace: "await",
  },
  {
    name: "a store on a full disk does not say that it lacks leases",
    origin: "found",
    file: "src/server/seats/file_seat_store.ts",
    find: "const unmarked = this.#marker.set();",
    replace: "const unmarked: string | undefined = undefined;",
  },
  {
    name: "a second signal ends the guard before the program",
    origin: "found",
    file: "src/client/lead/guard/guarded_program.ts",
    find: 'if (this.#state.kind === "stopping") this.#state.group?.kill();',
    replace: 'this.#end.resolve({ kind: "stopped" });',
  },
  {
    name: "a killed guard leaves its program running",
    origin: "found",
    file: "src/client/lead/program_run.ts",
    find: "this.kill();\n      this.#killing = this.#parts.killLeftBehind(this.group);",
    replace: 'this.#killing = Promise.resolve("");',
  },
  {
    name: "a guard killed before it reports leaves its program running",
    origin: "found",
    file: "src/client/processes/kill_left_behind.ts",
    find: "if (found.length === 0) return true;",
    replace: "return true;",
  },
  {
    name: "a suspended guard keeps the program running",
    origin: "found",
    file: "src/client/lead/program_run.ts",
    find: "this.#cancelWatch = this.#parts.after(termInMs + GUARD_FIRST_MS, () => void this.stop());",
    replace: "void termInMs;",
  },
  {
    name: "setting the clock back extends a lease at the guard",
    origin: "found",
    file: "src/client/lead/guard/guarded_program.ts",
    find: "return Math.min(this.#goneBy.running - now.running, this.#goneBy.wall - now.wall);",
    replace: "return this.#goneBy.wall - now.wall;",
  },
  {
    name: "a power failure loses leases",
    origin: "found",
    file: "src/server/seats/file_seat_store.ts",
    find: "this.#marker.isSet || this.#isAboutLeases);",
    replace: "false);",
  },
  {
    name: "a client releases its new seat with the token of its old one",
    origin: "found",
    file: "src/client/lead/lead.ts",
    find: "if (this.#run?.ticket === ticket) this.#run?.keepToken(newest?.token);",
    replace: "this.#run?.keepToken(newest?.token);",
  },
  {
    name: "a yield is sent before hello has named the seat",
    origin: "found",
    file: "src/client/lead/send_yield.ts",
    find:
      'if (!leadership.isSeated) throw notSent("disconnected", "Cannot yield: this client has no seat yet");',
    replace: "",
  },
  {
    name: "a guard that is suspended while it starts is never replaced",
    origin: "found",
    file: "src/client/lead/guard/guard_keeper.ts",
    find: "this.#guard?.isReady === false && this.#missedChecks >= MAX_STARTING_CHECKS",
    replace: "this.#guard === undefined",
  },
  {
    name: "a silent server hangs a client",
    origin: "found",
    file: "src/client/connection/heartbeat/silence_watch.ts",
    find: "this.#cancelFirst = clock.after(bounds.firstLineMs, () =>",
    replace: "this.#cancelFirst = clock.after(bounds.firstLineMs * 1e6, () =>",
  },
  {
    name: "a restored seat of a store that lacks something keeps its ticket",
    origin: "found",
    file: "src/server/seats/file_seat_store.ts",
    find: "marker.isSet ? this.#renumber(file.records, nextTicket) : file.records;",
    replace: "file.records;",
  },
  {
    name: "commands go to the members above",
    origin: "made",
    file: "src/ranks/choose_executors.ts",
    find: "const below = roster.slice(issuer.rank + 1);",
    replace: "const below = roster.slice(0, issuer.rank);",
  },
  {
    name: "a proof is timed from its answer",
    origin: "made",
    file: "src/client/connection/heartbeat/pulse.ts",
    find: "onAnswer(sentAt, marked);",
    replace: "onAnswer(now(), marked);",
  },
  {
    name: "a seat lapses before the lease ends",
    origin: "made",
    file: "src/server/seats/seat_reservations.ts",
    find: "return session.lastHeardAt + session.leaseMs;",
    replace: "return session.lastHeardAt + session.leaseMs * 0.8;",
  },
  {
    name: "a restored lease is too short",
    origin: "made",
    file: "src/server/seats/seat_reservations.ts",
    find: "roundUp(Math.max(isEvicted ? 0 : graceMs, leaseMs));",
    replace: "roundUp(Math.max(isEvicted ? 0 : graceMs, leaseMs * 0.5));",
  },
  {
    name: "the margin of a lease is forgotten",
    origin: "made",
    file: "src/rules/lease_times.ts",
    find: "return leaseMs - marginMs;",
    replace: "return leaseMs;",
  },
  {
    name: "clients may lead as soon as a server without a store has started",
    origin: "made",
    file: "src/server/seats/welcome.ts",
    find: "if (store.knowsAllLeases) return 0;",
    replace: "if (store.knowsAllLeases || maxLeaseMs > 0) return 0;",
  },
  {
    name: "one seat too many",
    origin: "made",
    file: "src/ranks/rank_manager.ts",
    find: "if (this.#seats.length >= this.capacity) return undefined;",
    replace: "if (this.#seats.length > this.capacity) return undefined;",
  },
  {
    name: "an evicted leader's seat is free at once",
    origin: "made",
    file: "src/server/seats/seat_reservations.ts",
    find: "const graceMs = isEviction(reason) ? 0 : this.#options.graceMs;",
    replace: "if (isEviction(reason)) return 0;\n    const { graceMs } = this.#options;",
  },
  {
    name: "departures do not begin a new epoch",
    origin: "made",
    file: "src/ranks/rank_manager.ts",
    find: "if (this.isSettled) return undefined;\n    this.#epoch++;",
    replace: "if (this.isSettled) return undefined;",
  },
  {
    name: "an executor that leaves is not counted",
    origin: "made",
    file: "src/server/runs/runs.ts",
    find: 'this.#concludeEverywhere(member, "lost");',
    replace: "",
  },
  {
    name: "a program that failed is reported as ok",
    origin: "made",
    file: "src/server/runs/executor_outcome.ts",
    find: 'result.code === 0 ? "ok" : "failed"',
    replace: 'result.code >= 0 ? "ok" : "failed"',
  },
];
