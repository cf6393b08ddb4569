// What a load balancer or a monitoring program asks: whether the process serves, and whether it takes clients.

import type { Figures } from "../feed/mod.ts";
import type { WebResponse } from "../http/mod.ts";
import { text } from "./answers.ts";

export function healthy(): WebResponse {
  return text(200, "ok");
}

export function ready({ is_draining: isDraining, cluster }: Figures): WebResponse {
  if (isDraining) return text(503, "draining");
  return cluster?.suspended === true ? text(503, "suspended") : text(200, "ready");
}
