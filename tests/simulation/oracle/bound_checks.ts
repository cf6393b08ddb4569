// Checks that every queue and table stays within its limit (G9), and counts how full they get.

import type { ClientConfig } from "../../../src/config/client_config.ts";
import { CLIENT_BOUNDS } from "../../../src/config/keys/client_bounds.ts";
import type { ServerConfig } from "../../../src/config/server_config.ts";
import type { ServerEvent } from "../../../src/log/server_event.ts";
import type { RunSummary } from "../../../src/protocol/methods/mod.ts";
import type { ServerUsage } from "../../../src/server/usage.ts";
import type { Violate } from "./violation.ts";

const OUTBOX = "send queue of a connection";
const LINE = "unfinished line";

export class BoundChecks {
  readonly #server: ServerConfig;
  readonly #client: ClientConfig;
  readonly #violate: Violate;
  readonly #cover: (what: string) => void;
  /** What has been covered. */
  readonly #reached = new Set<string>();
  /** The address of the issuer of each run in flight. */
  readonly #issuers = new Map<number, string>();

  constructor(
    server: ServerConfig,
    client: ClientConfig,
    violate: Violate,
    cover: (what: string) => void,
  ) {
    this.#server = server;
    this.#client = client;
    this.#violate = violate;
    this.#cover = cover;
  }

  /** Something with a limit has this size. */
  note(what: string, size: number, limit: number): void {
    if (size > limit) this.#violate("G9", `${what}: ${size}, with a limit of ${limit}`);
    if (size === 0 || size * 2 < limit) return;
    this.#reach(`half full: ${what}`);
    if (size >= limit) this.#reach(`full: ${what}`);
  }

  /** The outcome has been seen that is documented for what goes beyond a limit. */
  exceeded(what: string): void {
    this.#reach(`full: ${what}`);
  }

  /** @param byAddress the open connections of each address, as the network has them */
  serverUses(usage: ServerUsage, byAddress: ReadonlyMap<string, number>): void {
    const { limits, maxClients, session } = this.#server;
    const waiting = session.overflow === "wait" ? session.waitingClients : 0;
    this.note(OUTBOX, usage.outboxBytes, limits.outboxBytes + maxClients * limits.outboxMemberBytes);
    this.note(LINE, usage.lineBytes, limits.lineBytes);
    this.note(
      `${LINE} before the login`,
      usage.pendingLineBytes,
      Math.min(limits.lineBytes, limits.pendingLineBytes),
    );
    this.note("waiting room", usage.waiting, waiting);
    this.note("pending logins", usage.pendingLogins, limits.pendingConnections);
    this.note("addresses with failed logins", usage.failureAddresses, limits.failureAddresses);
    // Each seat may have a member and a client that presents a token for it.
    const open = 2 * maxClients + waiting + limits.lingeringRefusals + limits.pendingConnections;
    this.note("connections", usage.connections - usage.lingering, open);
    const perAddress = limits.connectionsPerAddress ?? limits.remoteConnectionsPerAddress;
    for (const count of byAddress.values()) {
      this.note("connections of an address", count, perAddress + limits.lingeringRefusals);
    }
  }

  serverStarts(): void {
    this.#issuers.clear();
  }

  serverEvent(event: ServerEvent): void {
    switch (event.event) {
      case "client_left":
      case "client_away":
        if (event.reason === "slow_reader") this.exceeded(OUTBOX);
        return;
      case "message_refused":
        if (event.reason === "too_large") this.exceeded(LINE);
        return;
      case "command_accepted":
        if (event.run !== undefined) this.#runBegins(event.run, `${event.ip}:${event.port}`);
        return;
      case "run_ended":
        this.#issuers.delete(event.run);
        return;
    }
  }

  /** An executor has got a command. @param commands those that it had before and that have not ended */
  commandArrives(commands: number): void {
    const { programsAtOnce, programsQueued } = this.#client.limits;
    this.note("commands of an executor", commands, programsAtOnce + programsQueued);
  }

  /** @param programs how many of them run */
  programStarts(programs: number): void {
    this.note("programs of an executor", programs, this.#client.limits.programsAtOnce);
  }

  /** @param requests how many requests of a client have no answer */
  requestsSent(requests: number): void {
    this.note("requests of a client", requests, CLIENT_BOUNDS.requestsPending);
  }

  runEnded({ results }: RunSummary): void {
    const { outputBytes, runOutputBytes } = this.#server.limits;
    let bytes = 0;
    for (const { stdout = "" } of results) {
      this.note("output of an executor", stdout.length, outputBytes);
      bytes += stdout.length;
    }
    this.note("output of a run", bytes, runOutputBytes);
  }

  #runBegins(run: number, issuer: string): void {
    this.#issuers.set(run, issuer);
    let runs = 0;
    for (const other of this.#issuers.values()) if (other === issuer) runs++;
    const { runsPerIssuer, runsTotal } = this.#server.limits;
    this.note("runs of a client", runs, runsPerIssuer);
    // A client without a run may always start one.
    if (runs > 1) this.note("runs of all clients", this.#issuers.size, runsTotal);
  }

  #reach(what: string): void {
    if (this.#reached.has(what)) return;
    this.#reached.add(what);
    this.#cover(what);
  }
}
