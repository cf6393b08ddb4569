// Builds a running server out of its configuration, and takes it down again: listener, store, log, control socket.

import { deadline } from "@std/async/deadline";
import type { ServerConfig } from "../config/server_config.ts";
import { type ControlSocket, openControlSocket } from "../control/control_socket.ts";
import { openEventLog } from "../log/event_log.ts";
import type { Report } from "../log/server_event.ts";
import type { EvictParams } from "../protocol/operator_methods.ts";
import { ControlServer } from "../server/control_server.ts";
import type { Clock } from "../server/deadlines.ts";
import { RANDOM_TOKENS } from "../server/random_tokens.ts";
import { RankServer } from "../server/rank_server.ts";
import { forgetfulStore, type SeatStore } from "../server/seat_store.ts";
import { after } from "./after.ts";
import { dropWriting } from "./drop_writing.ts";
import { SERVER_EXIT } from "./exit_codes.ts";
import { listenForStop } from "./stop_signals.ts";
import { VERSION } from "./version.ts";

/** What stands in the way of serving: one sentence for the operator. */
class CannotServe extends Error {}

/** Runs the server until it is told to stop. @returns the exit code. */
export async function serve(config: ServerConfig): Promise<number> {
  await dropWriting(config);
  // What has been opened so far, to be closed when the next thing cannot be.
  await using opened = new AsyncDisposableStack();
  try {
    const listener = listen(config);
    opened.defer(() => listener.close());
    const log = await openEventLog(config.log.format, Deno.stdout);
    // Whoever reads the log may have stopped reading: that must not keep the server from ending.
    opened.defer(() => deadline(log.close(), config.limits.lingerMs).catch(() => {}));
    const control = await openControl(config.control.socket);
    opened.defer(() => control?.close());
    const store = await openStore(config.session.store, log.report);
    opened.move();
    return await run(config, { listener, store, control, log });
  } catch (error) {
    if (!(error instanceof CannotServe)) throw error;
    console.error(error.message);
    return SERVER_EXIT.failed;
  }
}

interface Opened {
  readonly listener: Deno.TcpListener;
  readonly store: SeatStore;
  readonly control: ControlSocket | undefined;
  readonly log: Awaited<ReturnType<typeof openEventLog>>;
}

async function run(config: ServerConfig, { listener, store, control, log }: Opened): Promise<number> {
  const signals = listenForStop();
  const server = new RankServer(config, listener, {
    clock: SYSTEM_CLOCK,
    wallClock: Date.now,
    nextTurn: setImmediate,
    report: log.report,
    tokens: RANDOM_TOKENS,
    store,
  });
  const operated = {
    status: () => ({ version: VERSION, ...server.status() }),
    evict: (whom: EvictParams) => server.evict(whom),
  };
  const controlled = control && new ControlServer(operated).serve(control.listener);
  await server.stop(await signals.first);
  control?.close();
  await controlled;
  signals.release();
  await deadline(log.close(), config.limits.lingerMs).catch(() => {});
  return SERVER_EXIT.ok;
}

function listen(config: ServerConfig): Deno.TcpListener {
  try {
    return Deno.listen({
      hostname: config.host,
      port: config.port,
      tcpBacklog: config.limits.acceptBacklog,
    });
  } catch (error) {
    throw new CannotServe(cannotListen(config, error));
  }
}

async function openControl(path: string): Promise<ControlSocket | undefined> {
  if (path === "") return undefined;
  const opened = await openControlSocket(path, "server");
  if (!opened.ok) throw new CannotServe(opened.reason);
  return opened.socket;
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
