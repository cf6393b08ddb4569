// Faults that lift a limit of a queue or a table. All are made up.

import type { Mutation } from "./mutation.ts";

interface LiftedLimit extends Pick<Mutation, "name" | "file"> {
  readonly find: string;
  readonly replace: string;
}

const LIFTED: readonly LiftedLimit[] = [
  {
    name: "a send queue has no limit",
    file: "src/server/connection/outbox.ts",
    find: "if (this.pendingBytes > this.#maxBytes) return false;",
    replace: "",
  },
  {
    name: "an unfinished line is kept without a limit",
    file: "src/protocol/wire/line_framer.ts",
    find: "if (this.#tailBytes + bytes.length <= this.maxLineBytes) return this.#append(bytes);",
    replace: "return this.#append(bytes);",
  },
  {
    name: "a line before login may be as long as a line after it",
    file: "src/server/login/login_gate.ts",
    find: "session.limitLines(Math.min(limits.pendingLineBytes, limits.lineBytes));",
    replace: "",
  },
  {
    name: "the waiting room has one place too many",
    file: "src/journal/apply.ts",
    find: "if (state.waiting.size >= state.waitingCapacity) return",
    replace: "if (state.waiting.size > state.waitingCapacity) return",
  },
  {
    name: "any number of connections may wait to log in",
    file: "src/server/login/login_gate.ts",
    find: "if (oldest === undefined || this.#pending.size < pendingConnections) return;",
    replace: "if (oldest === undefined || this.#pending.size < pendingConnections * 1e6) return;",
  },
  {
    name: "failed logins are counted for any number of addresses",
    file: "src/server/limits/failed_logins.ts",
    find: "if (this.#windows.size >= failureAddresses) this",
    replace: "if (this.#windows.size >= failureAddresses * 1e6) this",
  },
  {
    name: "an address may have any number of connections",
    file: "src/server/limits/connection_counts.ts",
    find: "if (count >= this.#max) return false;",
    replace: "",
  },
  {
    name: "any number of refused connections linger",
    file: "src/server/connection/session.ts",
    find: "if (this.#host.lingering.size > this.#host.lingeringRefusals) this.destroy();",
    replace: "",
  },
  {
    name: "a client may have any number of runs",
    file: "src/server/runs/issuers.ts",
    find: "if ((own?.size ?? 0) >= runsPerIssuer) return",
    replace: "if ((own?.size ?? 0) >= runsPerIssuer * 1e6) return",
  },
  {
    name: "the server may have any number of runs",
    file: "src/server/runs/issuers.ts",
    find: "if (own !== undefined && total >= runsTotal) return",
    replace: "if (own !== undefined && total >= runsTotal * 1e6) return",
  },
  {
    name: "a run keeps any amount of output",
    file: "src/server/runs/run_results.ts",
    find: "const room = Math.min(runOutputBytes - run.keptBytes, runsOutputBytes - this.#keptBytes);",
    replace: "const room = runsOutputBytes * 1e6 + runOutputBytes;",
  },
  {
    name: "an executor runs any number of programs",
    file: "src/client/executor/executor.ts",
    find: "if (this.#running.size < limits.programsAtOnce) {",
    replace: "if (this.#running.size < limits.programsAtOnce * 1e6) {",
  },
  {
    name: "any number of commands wait for an executor",
    file: "src/client/executor/executor.ts",
    find: "return this.#waiting.length < programsQueued && this",
    replace: "return this.#waiting.length < programsQueued + 1e6 && this",
  },
  {
    name: "a client may have any number of unanswered requests",
    file: "src/client/connection/conversation/pending_requests.ts",
    find: "return this.#byId.size >= this.#maxPending;",
    replace: "return this.#byId.size >= this.#maxPending * 1e6;",
  },
  {
    name: "a client keeps any number of events",
    file: "src/client/connection/event_queue.ts",
    find: "return count > eventsQueued ||",
    replace: "return count > eventsQueued * 1e6 ||",
  },
];

export const BOUND_MUTATIONS: readonly Mutation[] = LIFTED.map(({ name, file, find, replace }) => ({
  name,
  origin: "made",
  file,
  edits: [[find, replace]],
}));
