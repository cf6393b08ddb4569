// The server.

export type { Listener } from "./connection/mod.ts";
export { RankServer } from "./rank_server.ts";
