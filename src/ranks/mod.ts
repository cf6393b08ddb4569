// The ranks of the members, and the executors of a command. Pure.

export { chooseExecutors, outranks } from "./choose_executors.ts";
export { indexOfTicket, type Promotion, RankManager, type RosterChange, type Seat } from "./rank_manager.ts";
