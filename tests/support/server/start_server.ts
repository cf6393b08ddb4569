// A server in this process, on a port of its own, with its events at hand.

import { setImmediate } from "node:timers";
import { loadServerConfig } from "../../../src/config/server_config.ts";
import { loadTokens } from "../../../src/config/load_tokens.ts";
import type { Report, ServerEvent } from "../../../src/log/server_event.ts";
import { Authenticator } from "../../../src/server/login/authenticator.ts";
import type { Clock } from "../../../src/time/clock.ts";
import type { AuditSink } from "../../../src/journal/audit.ts";
import { auditedReport } from "../../../src/server/operator/audited_report.ts";
import { RankServer } from "../../../src/server/rank_server.ts";
import { RANDOM_TOKENS } from "../../../src/server/seats/tokens.ts";
import type { Listener } from "../../../src/server/connection/listener.ts";
import type { Journal, SharedJournal } from "../../../src/journal/engines/mod.ts";
import type { NodeLink } from "../../../src/server/cluster/mod.ts";
import type { Member } from "../../../src/server/connection/member.ts";
import { Arrivals } from "./arrivals.ts";
import { memoryJournal } from "./journals.ts";
import { timerYield } from "./timer_yield.ts";

export interface StartOptions {
  /** The text of a configuration file; host and port are given already. */
  readonly toml?: string;
  /** In place of a real one. */
  readonly listener?: Listener;
  /** Where seats outlive the server; without one, tickets begin at 1. */
  readonly journal?: Journal<Member> | SharedJournal<Member>;
  /** Its connection to the servers that share the journal. */
  readonly nodes?: NodeLink;
  /** What it records in there. */
  readonly audit?: AuditSink;
  /** The text of a file of tokens; without it nobody is asked for one. */
  readonly tokens?: string;
  /** What is put in front of the report. */
  readonly tee?: (report: Report) => Report;
  /** In place of the system's. */
  readonly clock?: Clock;
}

const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

export class TestServer {
  readonly server: RankServer;
  readonly #events: Arrivals<ServerEvent>;
  #stopped: Promise<void> | undefined;

  constructor(server: RankServer, events: Arrivals<ServerEvent>) {
    this.server = server;
    this.#events = events;
  }

  get port(): number {
    return this.server.address.port;
  }

  get events(): readonly ServerEvent[] {
    return this.#events.all;
  }

  /** Waits for the first event ever that matches. */
  until(matches: (event: ServerEvent) => boolean, withinMs?: number): Promise<ServerEvent> {
    return this.#events.until(matches, withinMs);
  }

  /** All events of one kind so far. */
  eventsOf<Kind extends ServerEvent["event"]>(kind: Kind): Extract<ServerEvent, { event: Kind }>[] {
    return this.events.filter((event): event is Extract<ServerEvent, { event: Kind }> =>
      event.event === kind
    );
  }

  stop(): Promise<void> {
    return this.#stopped ??= this.server.stop("test");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** Starts a server; `linger_ms` and `drain_ms` are short unless the configuration says otherwise. */
export async function startServer(
  { toml = "", listener, journal = memoryJournal(), nodes, audit, tokens, tee = (report) => report, clock }:
    StartOptions = {},
): Promise<TestServer> {
  const env = {
    RANKSERVER_LIMITS_LINGER_MS: "200",
    RANKSERVER_LIMITS_DRAIN_MS: "200",
  };
  const defaults = Object.fromEntries(
    Object.entries(env).filter(([name]) =>
      !toml.includes(name.replace("RANKSERVER_LIMITS_", "").toLowerCase())
    ),
  );
  const config = await loadServerConfig({ file: { path: "test.toml", text: toml }, env: defaults });
  const events = new Arrivals<ServerEvent>("events");
  const report = tee((event) => events.push(event));
  const server = new RankServer(config, listener ?? Deno.listen({ hostname: "127.0.0.1", port: 0 }), {
    clock: clock ?? SYSTEM_CLOCK,
    authenticator: tokens === undefined
      ? undefined
      : new Authenticator(await loadTokens({ path: "tokens.toml", text: tokens })),
    wallClock: Date.now,
    afterIo: setImmediate,
    yieldToIo: timerYield(clock),
    report: audit === undefined ? report : auditedReport(report, audit, "1.2.3"),
    tokens: RANDOM_TOKENS,
    journal,
    nodes,
    audit,
  });
  return new TestServer(server, events);
}
