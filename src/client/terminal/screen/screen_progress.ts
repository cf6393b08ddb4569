// A run while it is under way: how many answers of which kind there are. Pure; the row above the prompt shows it.

import { type Status, STATUSES } from "../../../protocol/methods/mod.ts";

export interface Progress {
  /** The command as it was typed. */
  readonly label: string;
  /** Executors as far as this side can tell; the server fixes them, and more may answer. */
  readonly expected: number;
  readonly counts: Readonly<Partial<Record<Status, number>>>;
  readonly phase: "running" | "cancelling";
}

export function startProgress(label: string, expected: number): Progress {
  return { label, expected, counts: {}, phase: "running" };
}

export function addResult(progress: Progress, status: Status): Progress {
  const counts = { ...progress.counts, [status]: (progress.counts[status] ?? 0) + 1 };
  return { ...progress, counts };
}

/** "uptime: 3 of 12: 2 ok, 1 failed (Ctrl-C cancels)". */
export function progressLine({ label, expected, counts, phase }: Progress): string {
  const present = STATUSES.filter((status) => counts[status] !== undefined);
  const answered = present.reduce((sum, status) => sum + counts[status]!, 0);
  const parts = present.map((status) => `${counts[status]} ${status.replace("_", " ")}`);
  const detail = parts.length > 0 ? `: ${parts.join(", ")}` : "";
  const hint = phase === "running" ? "Ctrl-C cancels" : "cancelling; Ctrl-C again stops waiting";
  return `${label}: ${answered} of ${Math.max(expected, answered)}${detail} (${hint})`;
}
