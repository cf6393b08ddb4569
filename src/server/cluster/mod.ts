// What servers of a cluster send each other outside of the log: commands, runs and their results.

export type { NodeLink } from "./channels/mod.ts";
export { RemoteRuns, type RemoteRunsOptions } from "./remote_runs.ts";
