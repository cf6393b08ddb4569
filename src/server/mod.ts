// The server.

export type { Listener } from "./connection/mod.ts";
export type { ConnectionTotals } from "./connection_totals.ts";
export type { JournalFigures } from "./journal_figures.ts";
export { RankServer } from "./rank_server.ts";
export type { ServerUsage } from "./usage.ts";
