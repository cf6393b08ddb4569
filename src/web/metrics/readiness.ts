// The answers for load balancers and supervisors: is the process alive, and should it get clients?

import type { ServerFigures } from "../../protocol/methods/mod.ts";

export interface HealthAnswer {
  /** Of HTTP. */
  readonly status: 200 | 503;
  /** One line for people, without its ending. */
  readonly text: string;
}

/** Of /healthz: whoever can ask is answered by a process that serves. */
export const ALIVE: HealthAnswer = { status: 200, text: "ok" };

/** Of /readyz. A server that is full is ready: it has a waiting room, or says when to come back. */
export function readiness(
  { is_draining, cluster }: Pick<ServerFigures, "is_draining" | "cluster">,
): HealthAnswer {
  if (is_draining) return { status: 503, text: "shutting down" };
  if (cluster?.suspended) return { status: 503, text: "suspended: no contact with the cluster" };
  return { status: 200, text: "ready" };
}
