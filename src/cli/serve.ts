// Builds a running server out of its configuration, and takes it down again: listener, store, log, control socket.

import { deadline } from "@std/async/deadline";
import type { TokenEntry } from "../config/load_tokens.ts";
import type { ServerConfig } from "../config/server_config.ts";
import { hasTls } from "../config/tls_settings.ts";
import { type ControlSocket, openControlSocket } from "../control/control_socket.ts";
import { openEventLog } from "../log/event_log.ts";
import type { Report } from "../log/server_event.ts";
import type { EvictParams } from "../protocol/operator_methods.ts";
import { ControlServer } from "../server/control_server.ts";
import type { Authenticator } from "../server/authenticator.ts";
import type { Clock } from "../server/deadlines.ts";
import { RANDOM_TOKENS } from "../server/random_tokens.ts";
import { RankServer } from "../server/rank_server.ts";
import type { Listener } from "../server/server_system.ts";
import { forgetfulStore, type SeatStore } from "../server/seat_store.ts";
import { after } from "./after.ts";
import type { ConfigSource, Tidy } from "./after_start.ts";
import { CannotServe } from "./cannot_serve.ts";
import { dropServerRights, dropWriting, revoke } from "./drop_rights.ts";
import { SERVER_EXIT } from "./exit_codes.ts";
import { exposure } from "./exposure.ts";
import { HangUps } from "./hang_ups.ts";
import type { OpenedTls } from "./open_tls.ts";
import { listenForStop } from "./stop_signals.ts";
import { surviveFaults } from "./survive_faults.ts";
import { VERSION } from "./version.ts";

/**
 * Runs the server until it is told to stop.
 *
 * @param tokens that let clients in; absent: nobody needs one.
 * @returns the exit code.
 */
export async function serve(
  config: ServerConfig,
  source: ConfigSource,
  tokens?: readonly TokenEntry[],
): Promise<number> {
  dropWriting(config);
  // What has been opened so far, to be closed when the next thing cannot be.
  await using opened = new AsyncDisposableStack();
  try {
    const { listener, tls } = await open(config);
    opened.defer(() => listener.close());
    const log = await openEventLog(config.log.format, Deno.stdout);
    // Whoever reads the log may have stopped reading: that must not keep the server from ending.
    opened.defer(() => deadline(log.close(), config.limits.lingerMs).catch(() => {}));
    const control = await openControl(config.control.socket);
    opened.defer(() => control?.close());
    const store = await openStore(config.session.store, log.report);
    const authenticator = tokens && await openAuthenticator(tokens);
    opened.move();
    return await run(config, source, { listener, tls, store, tokens, authenticator, control, log });
  } catch (error) {
    if (!(error instanceof CannotServe)) throw error;
    console.error(error.message);
    return SERVER_EXIT.failed;
  }
}

interface Opened {
  readonly listener: Listener;
  readonly tls: OpenedTls | undefined;
  readonly store: SeatStore;
  readonly tokens: readonly TokenEntry[] | undefined;
  readonly authenticator: Authenticator | undefined;
  readonly control: ControlSocket | undefined;
  readonly log: Awaited<ReturnType<typeof openEventLog>>;
}

async function run(config: ServerConfig, source: ConfigSource, opened: Opened): Promise<number> {
  const { listener, tls, store, tokens, authenticator, log, control } = opened;
  using _lastResort = surviveFaults(log.report);
  const signals = listenForStop();
  // With no file to read again the signal ends the server, as it ends any program.
  const hasFiles = source.file !== undefined || tls !== undefined || tokens !== undefined;
  const hangUps = hasFiles ? new HangUps() : undefined;
  const server = new RankServer(config, listener, {
    clock: SYSTEM_CLOCK,
    wallClock: Date.now,
    nextTurn: setImmediate,
    report: log.report,
    tokens: RANDOM_TOKENS,
    store,
    authenticator,
  });
  const host = server.address.hostname;
  const warning = exposure({ host, hasTokens: tokens !== undefined, hasTls: tls !== undefined });
  if (warning !== undefined) log.report(warning);
  const tidy = await settle(config, source, server, { ...opened, hangUps });
  const operated = {
    status: () => ({ version: VERSION, ...server.status() }),
    evict: (whom: EvictParams) => server.evict(whom),
  };
  const controlled = control && new ControlServer(operated).serve(control.listener);
  await server.stop(await signals.first);
  await tidy();
  control?.listener.close();
  await controlled;
  hangUps?.release();
  signals.release();
  await deadline(log.close(), config.limits.lingerMs).catch(() => {});
  return SERVER_EXIT.ok;
}

/** Gives up the rights that are not needed any more; for a server with files of its own that takes a worker. */
async function settle(
  config: ServerConfig,
  source: ConfigSource,
  server: RankServer,
  { tls, tokens, control, log, hangUps }: Opened & { readonly hangUps: HangUps | undefined },
): Promise<Tidy> {
  if (hangUps === undefined && control === undefined) {
    dropServerRights();
    revoke("read");
    return () => Promise.resolve();
  }
  const { afterStart } = await import("./after_start.ts");
  return await afterStart({ config, source, server, tls, tokens, control, hangUps, report: log.report });
}

async function open(config: ServerConfig): Promise<Pick<Opened, "listener" | "tls">> {
  try {
    if (!hasTls(config.tls)) return { listener: listen(config), tls: undefined };
    const { openTls } = await import("./open_tls.ts");
    const tls = await openTls(config);
    return { listener: tls.listener, tls };
  } catch (error) {
    if (error instanceof CannotServe) throw error;
    throw new CannotServe(cannotListen(config, error));
  }
}

function listen({ host, port, limits }: ServerConfig): Deno.TcpListener {
  return Deno.listen({ hostname: host, port, tcpBacklog: limits.acceptBacklog });
}

async function openControl(path: string): Promise<ControlSocket | undefined> {
  if (path === "") return undefined;
  const opened = await openControlSocket(path, "server");
  if (!opened.ok) throw new CannotServe(opened.reason);
  return opened.socket;
}

/** Only a server that asks for tokens waits for hashes to be loaded. */
async function openAuthenticator(tokens: readonly TokenEntry[]): Promise<Authenticator> {
  const { Authenticator } = await import("../server/authenticator.ts");
  return new Authenticator(tokens);
}

/** Only a server that has a store waits for SQLite to be loaded. */
async function openStore(path: string, report: Report): Promise<SeatStore> {
  // Microseconds: more than any server can give tickets in that time, so that they rise without a store too.
  const firstTicket = Date.now() * 1_000;
  if (path === "") return forgetfulStore(firstTicket);
  const { openSeatStore } = await import("../server/sqlite_seat_store.ts");
  try {
    return openSeatStore(path, {
      firstTicket,
      now: SYSTEM_CLOCK.now,
      onFailure: (message) => report({ event: "store_failed", message }),
      onRecovery: () => report({ event: "store_recovered" }),
    });
  } catch (error) {
    if ((error as Error).name === "SeatStoreError") throw new CannotServe((error as Error).message);
    throw error;
  }
}

const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  after,
};

function cannotListen({ host, port }: ServerConfig, error: unknown): string {
  const where = `Cannot listen on ${host} port ${port}`;
  if (error instanceof Deno.errors.AddrInUse) {
    return `${where}: another program does already. Stop it, or choose another port with --port (0 picks a free one).`;
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return `${where}: this machine has no such address. Try --host 127.0.0.1, or 0.0.0.0 for all of its addresses.`;
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return `${where}: ports below 1024 are for privileged users. Choose another one with --port.`;
  }
  return `${where}: ${error instanceof Error ? error.message : error}`;
}
