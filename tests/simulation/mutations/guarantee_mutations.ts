// Faults that violate what the server and its clients promise each other: some were once in the product, some are made up.

import type { Mutation } from "./mutation.ts";

export const GUARANTEE_MUTATIONS: readonly Mutation[] = [
  {
    name: "a lost answer to yield leaves the client leading",
    origin: "found",
    file: "src/client/lead/leadership.ts",
    edits: [
      ["  yieldSent(): void {\n    this.#setYieldOpen(true);", "  yieldSent(): void {"],
      // Without a connection, the client kept leading with an earlier proof.
      [
        'if (this.#standing.kind !== "seated" || this.waitMs(now)',
        'if (this.#standing.kind === "none" || this.waitMs(now)',
      ],
    ],
  },
  {
    name: "a yield sent as a notification does not stop the program",
    origin: "found",
    file: "src/client/lead/leading_session.ts",
    edits: [['if (method === "yield") await this.#leader.yield();\n    else await', "await"]],
  },
  {
    name: "a lease is granted that a full disk keeps out of the journal",
    origin: "found",
    file: "src/journal/engines/file_journal.ts",
    edits: [
      ["if (now() < this.#retryAt) return false;", "if (now() < this.#retryAt) return true;"],
      ["this.#hasFailed = true;\n      return false;", "return true;"],
    ],
  },
  {
    name: "a second signal ends the guard before the program",
    origin: "found",
    file: "src/client/lead/guard/guarded_program.ts",
    edits: [[
      'if (this.#state.kind === "stopping") this.#state.group?.kill();',
      'this.#end.resolve({ kind: "stopped" });',
    ]],
  },
  {
    name: "a killed guard leaves its program running",
    origin: "found",
    file: "src/client/lead/program_run.ts",
    edits: [[
      "this.kill();\n      this.#killing = this.#parts.killLeftBehind(this.group);",
      'this.#killing = Promise.resolve("");',
    ]],
  },
  {
    name: "a guard killed before it reports leaves its program running",
    origin: "found",
    file: "src/client/processes/kill_left_behind.ts",
    edits: [["if (found.length === 0) return true;", "return true;"]],
  },
  {
    name: "a suspended guard keeps the program running",
    origin: "found",
    file: "src/client/lead/program_run.ts",
    edits: [[
      "this.#cancelWatch = this.#parts.after(termInMs + GUARD_FIRST_MS, () => void this.stop());",
      "void termInMs;",
    ]],
  },
  {
    name: "setting the clock back extends a lease at the guard",
    origin: "found",
    file: "src/client/lead/guard/guarded_program.ts",
    edits: [[
      "return Math.min(this.#goneBy.running - now.running, this.#goneBy.wall - now.wall);",
      "return this.#goneBy.wall - now.wall;",
    ]],
  },
  {
    name: "a power failure loses leases",
    origin: "found",
    file: "src/journal/engines/file_journal.ts",
    edits: [["state.leases > 0);", "false);"]],
  },
  {
    name: "a client releases its new seat with the token of its old one",
    origin: "found",
    file: "src/client/lead/lead.ts",
    edits: [[
      "if (this.#run?.ticket === ticket) this.#run?.keepToken(newest?.token);",
      "this.#run?.keepToken(newest?.token);",
    ]],
  },
  {
    name: "a yield is sent before hello has named the seat",
    origin: "found",
    file: "src/client/lead/send_yield.ts",
    edits: [[
      'if (!leadership.isSeated) throw notSent("disconnected", "Cannot yield: this client has no seat yet");',
      "",
    ]],
  },
  {
    name: "a guard that is suspended while it starts is never replaced",
    origin: "found",
    file: "src/client/lead/guard/guard_keeper.ts",
    edits: [[
      "this.#guard?.isReady === false && this.#missedChecks >= MAX_STARTING_CHECKS",
      "this.#guard === undefined",
    ]],
  },
  {
    name: "a silent server hangs a client",
    origin: "found",
    file: "src/client/connection/heartbeat/silence_watch.ts",
    edits: [[
      "this.#cancelFirst = clock.after(bounds.firstLineMs, () =>",
      "this.#cancelFirst = clock.after(bounds.firstLineMs * 1e6, () =>",
    ]],
  },
  {
    name: "a restored seat of an incomplete journal keeps its ticket",
    origin: "found",
    file: "src/journal/engines/journal.ts",
    edits: [["if (!mayLackRecords) return;", "if (!mayLackRecords || capacity > 0) return;"]],
  },
  {
    name: "commands go to the members above",
    origin: "made",
    file: "src/ranks/choose_executors.ts",
    edits: [["const below = roster.slice(issuer.rank + 1);", "const below = roster.slice(0, issuer.rank);"]],
  },
  {
    name: "a proof is timed from its answer",
    origin: "made",
    file: "src/client/connection/heartbeat/pulse.ts",
    edits: [["onAnswer(sentAt, marked);", "onAnswer(now(), marked);"]],
  },
  {
    name: "a seat lapses before the lease ends",
    origin: "made",
    file: "src/server/seats/departures.ts",
    edits: [[
      "return session.lastHeardAt + session.leaseMs;",
      "return session.lastHeardAt + session.leaseMs * 0.8;",
    ]],
  },
  {
    name: "a restored lease is too short",
    origin: "made",
    file: "src/server/seats/departures.ts",
    edits: [[
      "mayResume ? graceMs : 0, client.leaseMs)",
      "mayResume ? graceMs : 0, client.leaseMs * 0.5)",
    ]],
  },
  {
    name: "the margin of a lease is forgotten",
    origin: "made",
    file: "src/rules/lease_times.ts",
    edits: [["return leaseMs - marginMs;", "return leaseMs;"]],
  },
  {
    name: "clients may lead as soon as a server without a journal has started",
    origin: "made",
    file: "src/journal/roster_state.ts",
    edits: [["return this.#isComplete ? 0 : this.#leaseMaxMs;", "return this.#isComplete ? 0 : 0;"]],
  },
  {
    name: "one seat too many",
    origin: "made",
    file: "src/journal/apply.ts",
    edits: [["if (state.size < state.capacity) {", "if (state.size <= state.capacity) {"]],
  },
  {
    name: "an evicted leader's seat is free immediately",
    origin: "made",
    file: "src/server/seats/departures.ts",
    edits: [[
      "if (client.isEvicted || isEviction(reason)) return roundUp(restMs);",
      "if (client.isEvicted || isEviction(reason)) return 0;",
    ]],
  },
  {
    name: "departures do not begin a new epoch",
    origin: "made",
    file: "src/journal/roster_state.ts",
    edits: [["this.#forget(seat);\n    this.#epoch = this.#position;", "this.#forget(seat);"]],
  },
  {
    name: "an executor that leaves is not counted",
    origin: "made",
    file: "src/server/runs/runs.ts",
    edits: [['this.#concludeEverywhere(member, "lost");', ""]],
  },
  {
    name: "a program that failed is reported as ok",
    origin: "made",
    file: "src/server/runs/executor_outcome.ts",
    edits: [['result.code === 0 ? "ok" : "failed"', 'result.code >= 0 ? "ok" : "failed"']],
  },
];
