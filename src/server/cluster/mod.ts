// Servers with one ranking, as far as they talk to each other past the log: commands, runs and their results.

export type { NodeLink } from "./channels/mod.ts";
export { RemoteRuns, type RemoteRunsOptions } from "./remote_runs.ts";
