// Builds a running server from its configuration, with its log, its journal and its control socket, and shuts it down.

import { deadline } from "@std/async/deadline";
import { hasCluster, hasWeb } from "../../config/keys/mod.ts";
import { ignoredWarnings, type ServerConfig, type TokenEntry } from "../../config/mod.ts";
import { type ControlSocket, openControlSocket } from "../../control/mod.ts";
import { openEventLog, type Report, type ServerEvent } from "../../log/mod.ts";
import { visible } from "../../words/mod.ts";
import type { EvictParams } from "../../protocol/methods/mod.ts";
import { auditedReport, OperatorSocket } from "../../server/operator/mod.ts";
import type { Authenticator } from "../../server/login/mod.ts";
import { type Clock, DENO_CLOCK } from "../../time/mod.ts";
import type { AuditSink } from "../../journal/mod.ts";
import type { Journal, SharedJournal } from "../../journal/engines/mod.ts";
import { formatAddress, type Member } from "../../server/connection/mod.ts";
import { RANDOM_TOKENS } from "../../server/seats/mod.ts";
import { RankServer } from "../../server/mod.ts";
import {
  dropServerRights,
  listenForStop,
  revoke,
  SERVER_EXIT,
  type SighupListener,
  StartupError,
  type StopSignals,
  VERSION,
} from "../shared/mod.ts";
import type { Service } from "../systemd/mod.ts";
import type { ConfigSource, Finished } from "./finish_startup.ts";
import { joinCluster, type JoinedCluster } from "./join_cluster.ts";
import { openJournal } from "./open_journal.ts";
import { exposure, type OpenedListener } from "./open_listener.ts";
import { reportUncaughtErrors } from "./report_uncaught_errors.ts";
import { seatLimitWarnings } from "./seat_limits.ts";
import { webWarnings } from "./web_warnings.ts";
import type { OpenedPage } from "./web/mod.ts";

/** What was ready before the server was loaded. */
export interface Started {
  /** `undefined` in a cluster: the server listens when it has joined it. */
  readonly listening: OpenedListener | undefined;
  readonly source: ConfigSource;
  /** `undefined`: clients need no token. */
  readonly tokens: readonly TokenEntry[] | undefined;
  /** `undefined` if there is nothing to reload: then SIGHUP ends the server, as it ends any program. */
  readonly sighup: SighupListener | undefined;
  /** For systemd, if that started the server. */
  readonly service: Service;
}

/** Runs the server until a signal stops it. @returns the exit code. @throws {StartupError | FileError} */
export async function serve(config: ServerConfig, started: Started): Promise<number> {
  const { listening, tokens } = started;
  // Closes what has been opened if opening the next resource fails.
  await using opened = new AsyncDisposableStack();
  opened.defer(() => listening?.listener.close());
  opened.use(listening?.ioPoll);
  const signals = listenForStop();
  opened.defer(() => signals.release());
  const log = await openEventLog({ ...config.log, now: Date.now }, Deno.stdout);
  // A log whose reader has stopped reading must not keep the server from ending.
  opened.defer(() => deadline(log.close(), config.limits.lingerMs).catch(() => {}));
  const { report } = log;
  const control = await openControl(config.control.socket);
  opened.defer(() => control?.close());
  const authenticator = tokens && await openAuthenticator(tokens);
  const parts = { ...started, authenticator, control, log, signals };
  if (hasCluster(config.cluster)) {
    const cluster = await joinCluster(
      { config, tokens, clock: SYSTEM_CLOCK, report, signals, socket: started.service.socket },
      opened,
    );
    if (cluster === undefined) return SERVER_EXIT.ok;
    const page = await openPage(config, cluster.listening);
    opened.move();
    return await run(config, { ...parts, ...cluster.listening, journal: cluster.journal, cluster, page });
  }
  const page = await openPage(config, listening!);
  opened.defer(() => page?.close());
  const ranking = await openJournal(config.journal, SYSTEM_CLOCK, report);
  opened.move();
  return await run(config, { ...parts, ...listening!, ...ranking, page });
}

interface Opened extends OpenedListener, Omit<Started, "listening"> {
  readonly journal: Journal<Member> | SharedJournal<Member>;
  readonly cluster?: JoinedCluster;
  readonly page: OpenedPage | undefined;
  readonly audit?: AuditSink;
  readonly notice?: ServerEvent;
  readonly authenticator: Authenticator | undefined;
  readonly control: ControlSocket | undefined;
  readonly log: Awaited<ReturnType<typeof openEventLog>>;
  readonly signals: StopSignals;
}

async function run(config: ServerConfig, opened: Opened): Promise<number> {
  const {
    listener,
    tls,
    journal,
    cluster,
    audit,
    tokens,
    authenticator,
    log,
    control,
    sighup,
    page,
    service,
  } = opened;
  using _ioPoll = opened.ioPoll;
  using _errors = reportUncaughtErrors(log.report);
  const audited = audit === undefined ? log.report : auditedReport(log.report, audit, VERSION);
  const report = page === undefined ? audited : page.follow(audited);
  const server = new RankServer(config, listener, {
    clock: SYSTEM_CLOCK,
    wallClock: Date.now,
    // Named only when it is called: the runtime loads its timers, for 8 ms, when it is first named.
    afterIo: (callback) => setImmediate(callback),
    yieldToIo: opened.yieldToIo,
    report,
    tokens: RANDOM_TOKENS,
    journal: page === undefined ? journal : page.timed(journal),
    nodes: cluster?.nodes,
    audit,
    authenticator,
  });
  const host = server.address.hostname;
  const exposed = exposure({ host, hasTokens: tokens !== undefined, hasTls: tls !== undefined });
  if (exposed !== undefined) log.report(exposed);
  if (page !== undefined) log.report({ event: "page_opened", address: page.address });
  cluster?.announce();
  if (opened.notice !== undefined) log.report(opened.notice);
  const warnings = [
    ...seatLimitWarnings(config, host, tokens?.length),
    ...webWarnings(config, tokens?.length),
    ...ignoredWarnings(config.ignoredVariables),
    ...config.warnings,
    ...cluster?.warnings ?? [],
    ...opened.warnings,
    ...service.warnings,
  ];
  if (tls?.warning !== undefined) warnings.push(tls.warning);
  for (const message of warnings) log.report({ event: "config_warning", message: visible(message) });
  const status = `Serving on ${formatAddress(server.address.hostname, server.address.port)}`;
  const { cleanUp, reload } = await finish(config, server, { ...opened, status }, report);
  const asked = Promise.withResolvers<string>();
  page?.start({ server, report, authenticator, reload, stop: asked.resolve });
  const operated = {
    status: () => ({ version: VERSION, ...server.status() }),
    list: (count: number) => server.list(count),
    evict: (whom: EvictParams) => server.evict(whom),
    raise: (whom: EvictParams) => server.raise(whom),
  };
  const controlled = control && new OperatorSocket(operated).serve(control.listener);
  service.manager.ready(status);
  const end = await Promise.race([opened.signals.first, server.failed, asked.promise]);
  service.manager.stopping("Stopping");
  await server.stop(end instanceof Error ? "cluster fault" : end);
  await page?.close();
  await cluster?.close();
  await cleanUp();
  control?.listener.close();
  await controlled;
  service.manager.close();
  sighup?.release();
  opened.signals.release();
  await deadline(log.close(), config.limits.lingerMs).catch(() => {});
  return end instanceof Error ? SERVER_EXIT.fault : SERVER_EXIT.ok;
}

/** Revokes the rights that are no longer needed, which takes a worker for a server with files or a control socket. */
async function finish(
  config: ServerConfig,
  server: RankServer,
  { source, tls, tokens, control, sighup, service: { manager }, status }: Opened & {
    readonly status: string;
  },
  report: Report,
): Promise<Finished> {
  if (sighup === undefined && control === undefined) {
    dropServerRights(config);
    revoke("read");
    return { cleanUp: () => Promise.resolve() };
  }
  const { finishStartup } = await import("./finish_startup.ts");
  return await finishStartup({
    config,
    source,
    server,
    tls,
    tokens,
    control,
    sighup,
    report,
    manager,
    status,
  });
}

/** Loads the page only for a server that has one. */
async function openPage(
  config: ServerConfig,
  { tls, yieldToIo }: OpenedListener,
): Promise<OpenedPage | undefined> {
  if (!hasWeb(config.web)) return undefined;
  const { OpenedPage } = await import("./web/mod.ts");
  return new OpenedPage({ config, tls, yieldToIo, clock: SYSTEM_CLOCK });
}

async function openControl(path: string): Promise<ControlSocket | undefined> {
  if (path === "") return undefined;
  const opened = await openControlSocket(path, "server");
  if (!opened.ok) throw new StartupError(opened.reason);
  return opened.socket;
}

/** Loads the hashes only for a server with tokens. */
async function openAuthenticator(tokens: readonly TokenEntry[]): Promise<Authenticator> {
  const { Authenticator } = await import("../../server/login/authenticator.ts");
  return new Authenticator(tokens);
}

const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  after: DENO_CLOCK.after,
};
