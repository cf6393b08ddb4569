// The kinds of faults of the log simulation. What clients do counts as a fault, too.

export const LOG_FAULT_KINDS = [
  "cut_site",
  "cut_server",
  "cut_node",
  "cut_node_one_way",
  "cut_client",
  "reset_link",
  "kill_node",
  "stop_node",
  "term_node",
  "sleep_node",
  "kill_server",
  "stop_server",
  "kill_two_servers",
  "cut_server_power",
  "lose_records",
  "recreate_stream",
  "move_leader",
  "lag_replica",
  "lose_republish",
  "lose_acks",
  "disk_full",
  "kill_client",
  "stop_client",
  "move_client",
  "steal_seat",
  "leave",
  "yield",
] as const;

export type LogFaultKind = typeof LOG_FAULT_KINDS[number];

export interface LogFaultEvent {
  /** The true time, in ms. */
  readonly at: number;
  readonly kind: LogFaultKind;
  /** Picks a node, a server and a client. */
  readonly target: number;
  /** How long it lasts, in ms. */
  readonly ms: number;
}
