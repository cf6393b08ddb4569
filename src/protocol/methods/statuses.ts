// How a run may end for one executor.

export const STATUSES = ["ok", "failed", "refused", "delivered", "timed_out", "lost", "cancelled"] as const;
export type Status = typeof STATUSES[number];
