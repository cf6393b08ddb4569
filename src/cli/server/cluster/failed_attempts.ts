// Reports that NATS cannot be used: once all of its servers have failed, and then again from time to time.

import type { Report } from "../../../log/mod.ts";
import { visible } from "../../../words/mod.ts";

const REPORT_MS = 10_000;

export interface FailedAttemptsOptions {
  /** "host:port" */
  readonly servers: readonly string[];
  readonly report: Report;
  /** In ms. */
  readonly now: () => number;
}

export class FailedAttempts {
  readonly #options: FailedAttemptsOptions;
  /** The last reason of each server. */
  readonly #reasons = new Map<string, string>();
  #reportedAt = -Infinity;

  constructor(options: FailedAttemptsOptions) {
    this.#options = options;
  }

  /** A server could not be reached. */
  dialFailed(server: string, reason: string): void {
    const { servers } = this.#options;
    this.#reasons.set(server, plain(reason));
    if (!servers.every((one) => this.#reasons.has(one))) return;
    const byReason = Map.groupBy(servers, (one) => this.#reasons.get(one));
    this.failed([...byReason].map(([reason, ones]) => `${ones.join(", ")} (${reason})`).join(", "));
  }

  /** A server refused a request, or did not answer it. */
  failed(message: string): void {
    const { report, now } = this.#options;
    if (now() - this.#reportedAt < REPORT_MS) return;
    this.#reportedAt = now();
    this.#reasons.clear();
    report({ event: "cluster_unreachable", message: visible(message) });
  }
}

/** The runtime adds numbers of the system, and has only names of its own for a certificate that is not trusted. */
function plain(reason: string): string {
  if (reason.includes("UnknownIssuer")) {
    return "its certificate is not signed by a trusted authority; add the authority to cluster.ca_file";
  }
  return reason.replace(/ \(os error \d+\)$/, "");
}
