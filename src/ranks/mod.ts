// The ranks. Pure.

export { chooseExecutors, outranks } from "./choose_executors.ts";
export { RankManager, type RosterChange, type Seat } from "./rank_manager.ts";
