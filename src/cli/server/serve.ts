// Builds a running server from its configuration, with its log, its journal and its control socket, and shuts it down.

import { deadline } from "@std/async/deadline";
import { ignoredWarnings, type ServerConfig, type TokenEntry } from "../../config/mod.ts";
import { type ControlSocket, openControlSocket } from "../../control/mod.ts";
import { type JournalOrigin, openEventLog, type Report, type ServerEvent } from "../../log/mod.ts";
import { visible } from "../../words/mod.ts";
import type { EvictParams } from "../../protocol/methods/mod.ts";
import { auditedReport, OperatorSocket } from "../../server/operator/mod.ts";
import type { Authenticator } from "../../server/login/mod.ts";
import { type Clock, DENO_CLOCK } from "../../time/mod.ts";
import type { AuditSink } from "../../journal/mod.ts";
import { AuditWriter, FileJournal, type Journal, MemoryJournal } from "../../journal/engines/mod.ts";
import type { SqliteFile } from "../../journal/engines/sqlite_file.ts";
import type { Member } from "../../server/connection/mod.ts";
import { createPlaceholder, RANDOM_TOKENS } from "../../server/seats/mod.ts";
import { RankServer } from "../../server/mod.ts";
import {
  dropServerRights,
  fullPath,
  listenForStop,
  revoke,
  SERVER_EXIT,
  type SighupListener,
  StartupError,
  VERSION,
} from "../shared/mod.ts";
import type { Cleanup, ConfigSource } from "./finish_startup.ts";
import { exposure, type OpenedListener } from "./open_listener.ts";
import { reportUncaughtErrors } from "./report_uncaught_errors.ts";
import { seatLimitWarnings } from "./seat_limits.ts";

/** What was ready before the server was loaded. */
export interface Started extends OpenedListener {
  readonly source: ConfigSource;
  /** `undefined`: clients need no token. */
  readonly tokens: readonly TokenEntry[] | undefined;
  /** `undefined` if there is nothing to reload: then SIGHUP ends the server, as it ends any program. */
  readonly sighup: SighupListener | undefined;
}

/** Runs the server until a signal stops it. @returns the exit code. @throws {StartupError} */
export async function serve(config: ServerConfig, started: Started): Promise<number> {
  const { listener, tokens } = started;
  // Closes what has been opened if opening the next resource fails.
  await using opened = new AsyncDisposableStack();
  opened.defer(() => listener.close());
  opened.use(started.ioPoll);
  const log = await openEventLog({ ...config.log, now: Date.now }, Deno.stdout);
  // A log whose reader has stopped reading must not keep the server from ending.
  opened.defer(() => deadline(log.close(), config.limits.lingerMs).catch(() => {}));
  const control = await openControl(config.control.socket);
  opened.defer(() => control?.close());
  const { journal, audit, notice } = await openJournal(config.journal, log.report);
  const authenticator = tokens && await openAuthenticator(tokens);
  opened.move();
  return await run(config, {
    ...started,
    journal,
    audit,
    journalNotice: notice,
    authenticator,
    control,
    log,
  });
}

interface OpenedJournal {
  readonly journal: Journal<Member>;
  readonly audit?: AuditSink;
  readonly notice?: ServerEvent;
}

interface Opened extends Started {
  readonly journal: Journal<Member>;
  readonly audit: AuditSink | undefined;
  /** For the log, after the line that says where the server listens. */
  readonly journalNotice: ServerEvent | undefined;
  readonly authenticator: Authenticator | undefined;
  readonly control: ControlSocket | undefined;
  readonly log: Awaited<ReturnType<typeof openEventLog>>;
}

async function run(config: ServerConfig, opened: Opened): Promise<number> {
  const { listener, tls, journal, audit, tokens, authenticator, log, control, sighup, yieldToIo } = opened;
  using _ioPoll = opened.ioPoll;
  using _errors = reportUncaughtErrors(log.report);
  const signals = listenForStop();
  const report = audit === undefined ? log.report : auditedReport(log.report, audit, VERSION);
  const server = new RankServer(config, listener, {
    clock: SYSTEM_CLOCK,
    wallClock: Date.now,
    // Named only when it is called: the runtime loads its timers, for 8 ms, when it is first named.
    afterIo: (callback) => setImmediate(callback),
    yieldToIo,
    report,
    tokens: RANDOM_TOKENS,
    journal,
    audit,
    authenticator,
  });
  const host = server.address.hostname;
  const exposed = exposure({ host, hasTokens: tokens !== undefined, hasTls: tls !== undefined });
  if (exposed !== undefined) log.report(exposed);
  if (opened.journalNotice !== undefined) log.report(opened.journalNotice);
  const warnings = [
    ...seatLimitWarnings(config, host, tokens?.length),
    ...ignoredWarnings(config.ignoredVariables),
    ...config.warnings,
  ];
  if (tls?.warning !== undefined) warnings.push(tls.warning);
  for (const message of warnings) log.report({ event: "config_warning", message: visible(message) });
  const cleanUp = await finish(config, server, opened, report);
  const operated = {
    status: () => ({ version: VERSION, ...server.status() }),
    list: (count: number) => server.list(count),
    evict: (whom: EvictParams) => server.evict(whom),
    raise: (whom: EvictParams) => server.raise(whom),
  };
  const controlled = control && new OperatorSocket(operated).serve(control.listener);
  await server.stop(await signals.first);
  await cleanUp();
  control?.listener.close();
  await controlled;
  sighup?.release();
  signals.release();
  await deadline(log.close(), config.limits.lingerMs).catch(() => {});
  return SERVER_EXIT.ok;
}

/** Revokes the rights that are no longer needed, which takes a worker for a server with files or a control socket. */
async function finish(
  config: ServerConfig,
  server: RankServer,
  { source, tls, tokens, control, sighup }: Opened,
  report: Report,
): Promise<Cleanup> {
  if (sighup === undefined && control === undefined) {
    dropServerRights();
    revoke("read");
    return () => Promise.resolve();
  }
  const { finishStartup } = await import("./finish_startup.ts");
  return await finishStartup({ config, source, server, tls, tokens, control, sighup, report });
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

/** Loads SQLite only for a server with a file. */
async function openJournal(
  { file: path, keepDays, maxBytes, arguments: recordsArguments }: ServerConfig["journal"],
  report: Report,
): Promise<OpenedJournal> {
  // In microseconds: no server appends faster, so that tickets increase across restarts without a file too.
  const firstPosition = Date.now() * 1_000;
  const placeholder = createPlaceholder();
  if (path === "") return { journal: new MemoryJournal(firstPosition, placeholder) };
  const { SqliteFile } = await import("../../journal/engines/sqlite_file.ts");
  try {
    const file = new SqliteFile(path, Date.now(), { keepMs: keepDays * DAY_MS, maxBytes });
    const journal = new FileJournal(file, placeholder, {
      firstPosition,
      now: SYSTEM_CLOCK.now,
      wallClock: Date.now,
      recordsPerSnapshot: RECORDS_PER_SNAPSHOT,
      onFailure: (message) => report({ event: "journal_failed", message }),
      onRecovery: () => report({ event: "journal_recovered" }),
    });
    const audit = new AuditWriter({
      file,
      position: () => journal.state.position,
      commit: () => journal.commit(),
      recordsArguments,
      wallClock: Date.now,
      after: SYSTEM_CLOCK.after,
      onFailure: (message) => report({ event: "audit_failed", message }),
      onRecovery: (lost) => report({ event: "audit_recovered", lost }),
    });
    const shown = visible(fullPath(path));
    return {
      journal,
      audit,
      notice: { event: "journal_opened", path: shown, origin: originOf(file, journal) },
    };
  } catch (error) {
    if ((error as Error).name === "JournalFileError") {
      throw new StartupError(visible((error as Error).message));
    }
    throw error;
  }
}

function originOf({ origin }: SqliteFile, { mayLackRecords, state }: Journal): JournalOrigin {
  if (origin !== "journal") return origin;
  const hasContents = state.position >= 0;
  return mayLackRecords && hasContents ? "backup" : "existing";
}

const DAY_MS = 24 * 3_600_000;
/** So many records are applied again at the next start, and when `history` is asked for the last hour. */
const RECORDS_PER_SNAPSHOT = 25_000;

const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  after: DENO_CLOCK.after,
};
