// The server.

export type { Listener } from "./connection/mod.ts";
export { RankServer } from "./rank_server.ts";
export type { ServerUsage } from "./usage.ts";
