// Servers with one ranking, as far as they talk to each other past the log: commands, runs and their results.
//
// What the server does with it, on a shared journal:
// - `new RemoteRuns(...)` before `FanOut` and `Runs`, which get it as their last argument (`others`). Its own `runs` are calls
//   of the later `Runs`: `{ settle: (...args) => runs.settle(...args), ... }`. `link`: `NodeMessages` of the journal's NATS
//   engine. `afterIo` and `clock`: the guarded callbacks. `limits.foreignRuns`: `runsTotal` plus the capacity, since every
//   member may have a run.
// - `RemoteMembersHost.notify` is `RemoteRuns.notify`.
// - For each record that is applied, before the listener returns:
//   - a seat that is claimed, and was another connection's before: `runs.seatLost(seat)` on every server; then, where its new
//     member is a session of this server, `remoteRuns.seatClaimed(session)`;
//   - a seat that has left (also by lapse): `runs.seatLost(seat)`, on every server;
//   - "node gone" of another server: `remoteRuns.nodeGone(id)`. Its seats need no `seatLost`.
// - `SharedJournalListener.replaced`: close all sessions (each calls `runs.memberLeft`), then `remoteRuns.renewed()`.
// - At the end: `remoteRuns.stop()`, which also ends its timers.
// `journal.position` and `state` must be those of the record in the listener and in callbacks of `whenAt`. `runs.memberLeft` is
// called when a connection ends, as without a cluster. An issuer whose seat is claimed elsewhere is closed, which cancels its
// runs. A NATS user needs the permission to publish to `rank.<name>.node.*`, and to subscribe to it.

export type { NodeLink } from "./channels/mod.ts";
export { RemoteRuns, type RemoteRunsOptions } from "./remote_runs.ts";
