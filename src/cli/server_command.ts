// `rankserver`: flags and configuration in, a running server out. Builds the objects and nothing else.

import { deadline } from "@std/async/deadline";
import { ConfigError } from "../config/config_error.ts";
import { listSettings } from "../config/list_settings.ts";
import { loadServerConfig, type ServerConfig } from "../config/server_config.ts";
import { SERVER_FLAGS, type ServerFlags } from "../config/server_flags.ts";
import { SERVER_ENV_PREFIX, SERVER_SECTIONS } from "../config/server_settings.ts";
import { openEventLog } from "../log/event_log.ts";
import type { Clock } from "../server/deadlines.ts";
import { RankServer } from "../server/rank_server.ts";
import { parseFlags } from "./parse_flags.ts";
import { readConfigFile } from "./read_config_file.ts";
import { listenForStop } from "./stop_signals.ts";
import { VERSION } from "./version.ts";

/** The exit codes of rankserver. */
export const SERVER_EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** Runs the server until it is told to stop. @returns the exit code. */
export async function serverCommand(args: readonly string[]): Promise<number> {
  const parsed = await parseFlags(SERVER_FLAGS, args);
  if (!parsed.ok) return fail(SERVER_EXIT.usage, `${parsed.message}\nTry rankserver --help.`);
  const surplus = [...parsed.positionals, ...parsed.afterDashes][0];
  if (surplus !== undefined) {
    return fail(SERVER_EXIT.usage, `unexpected argument ${surplus}\nTry rankserver --help.`);
  }
  const flags = parsed.values;
  if (flags.help) return await printHelp();
  if (flags.version) return print(`rankserver ${VERSION}`);
  let config: ServerConfig;
  try {
    config = await readConfig(flags);
  } catch (error) {
    if (error instanceof ConfigError) return fail(SERVER_EXIT.usage, error.message);
    throw error;
  }
  if (flags.check) return print(`${flags.config ?? "The configuration"} is valid`);
  return await serve(config);
}

async function serve(config: ServerConfig): Promise<number> {
  let listener: Deno.TcpListener;
  try {
    listener = Deno.listen({
      hostname: config.host,
      port: config.port,
      tcpBacklog: config.limits.acceptBacklog,
    });
  } catch (error) {
    return fail(SERVER_EXIT.failed, cannotListen(config, error));
  }
  const signals = listenForStop();
  const log = await openEventLog(config.log.format, Deno.stdout);
  const server = new RankServer(config, listener, {
    clock: SYSTEM_CLOCK,
    wallClock: Date.now,
    nextTurn: setImmediate,
    report: log.report,
  });
  await server.stop(await signals.first);
  signals.release();
  // Whoever reads the log may have stopped reading: that must not keep the server from ending.
  await deadline(log.close(), config.limits.lingerMs).catch(() => {});
  return SERVER_EXIT.ok;
}

const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

async function readConfig(flags: ServerFlags): Promise<ServerConfig> {
  const file = flags.config === undefined ? undefined : await readConfigFile(flags.config);
  return await loadServerConfig({ file, env: Deno.env.toObject(), flags });
}

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

async function printHelp(): Promise<number> {
  const { renderHelp } = await import("./render_help.ts");
  const text = renderHelp({
    usage: "rankserver [--config FILE] [flags]",
    summary:
      "Seats at most N clients, ranks them by arrival (0 is the highest), and lets a client's command be carried out " +
      "only by clients ranked below it. Whoever leaves promotes everybody behind.",
    flags: SERVER_FLAGS,
    settings: listSettings(SERVER_SECTIONS, SERVER_ENV_PREFIX),
    example: "rankserver --port 6001 --max-clients 20 --commands ping,uptime",
    exitCodes: [[SERVER_EXIT.ok, "stopped by a signal, in good order"], [
      SERVER_EXIT.failed,
      "could not listen",
    ], [
      SERVER_EXIT.usage,
      "a flag or the configuration is wrong",
    ]],
  });
  return print(text.trimEnd());
}

function print(text: string): number {
  console.log(text);
  return SERVER_EXIT.ok;
}

function fail(code: number, message: string): number {
  console.error(message);
  return code;
}
