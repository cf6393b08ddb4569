// The kinds of faults, and one fault of a scenario. Actions of clients and the operator count as faults, too.

export const FAULT_KINDS = [
  "partition",
  "block_to_server",
  "block_from_server",
  "reset",
  "forget_connections",
  "stop_client",
  "kill_client",
  "term_client",
  "term_client_twice",
  "stop_guard",
  "kill_guard",
  "term_guard",
  "term_guard_twice",
  "stop_guard_at_start",
  "kill_guard_at_start",
  "kill_program",
  "stop_program",
  "stop_server",
  "kill_server",
  "term_server",
  "cut_client_power",
  "cut_server_power",
  "sleep",
  "client_clock_forward",
  "client_clock_back",
  "server_clock_forward",
  "server_clock_back",
  "restore_backup",
  "disk_full",
  "disk_read_only",
  "yield",
  "yield_when_connected",
  "evict",
  "raise",
  "run",
  "cancel",
  "roster",
  "strangers",
  "flood_commands",
  "flood_requests",
  "burst_of_runs",
  "flood_events",
] as const;

/** Those of NATS, where several servers share one ranking. */
export const CLUSTER_FAULT_KINDS = [
  "cut_site",
  "cut_server",
  "cut_nats",
  "kill_nats",
  "kill_all_nats",
  "stop_nats",
  "cut_nats_power",
  "move_nats_leader",
  "lag_replica",
  "lose_acks",
  "lose_republish",
  "lose_messages",
] as const;

export type ClusterFaultKind = typeof CLUSTER_FAULT_KINDS[number];
export type FaultKind = typeof FAULT_KINDS[number] | ClusterFaultKind;

export interface Fault {
  /** The true time, in ms. */
  readonly at: number;
  readonly kind: FaultKind;
  /** The index of a client. */
  readonly target: number;
  /** How long it lasts, in ms. Faults without a duration use it as a random number. */
  readonly ms: number;
}

const SERVER_FAULTS: readonly FaultKind[] = [
  "stop_server",
  "kill_server",
  "term_server",
  "cut_server_power",
  "server_clock_forward",
  "server_clock_back",
  "restore_backup",
  "disk_full",
  "disk_read_only",
  "strangers",
];

/** The machine at which a fault happens: the server's, or that of \`client\`. */
export function machineOf(kind: FaultKind, client: string, server: string): string {
  return SERVER_FAULTS.includes(kind) ? server : client;
}

/** After these faults, the journal may lack seats and tickets that clients were told of. */
export const FORGETTING: readonly FaultKind[] = [
  "cut_server_power",
  "restore_backup",
];
