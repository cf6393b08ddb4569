// The server.

export { RankServer } from "./rank_server.ts";
export type { Listener } from "./system.ts";
