// Opens the server's listener, before the server itself is loaded, so that connections can already wait. Also warns when
// other machines can reach the server unprotected.

import type { ServerConfig } from "../../config/mod.ts";
import { hasTls } from "../../config/keys/mod.ts";
import type { ServerEvent } from "../../log/mod.ts";
import type { Listener } from "../../server/mod.ts";
import { isLocal } from "../../server/limits/mod.ts";
import { type IoPoll, YieldToIo } from "../../time/mod.ts";
import { cannotListen, FileError, type ListenAdvice, StartupError } from "../shared/mod.ts";
import type { PassedSocket } from "../systemd/mod.ts";
import { openIoPoll } from "./open_io_poll.ts";
import type { OpenedTls } from "./tls/mod.ts";

export interface OpenedListener {
  readonly listener: Listener;
  readonly tls: OpenedTls | undefined;
  readonly ioPoll: IoPoll & Disposable;
  /** Over `ioPoll`. */
  readonly yieldToIo: YieldToIo;
  readonly warnings: readonly string[];
}

const ADVICE: ListenAdvice = {
  inUse: "choose another port with --port (0 picks a free one)",
  noSuchAddress: "use --host 127.0.0.1, or 0.0.0.0 for all of its addresses",
  notAllowed: "choose another one with --port",
};

/**
 * @param socket of systemd, to listen on instead of the configured address.
 * @throws {StartupError | FileError}
 */
export async function openListener(config: ServerConfig, socket?: PassedSocket): Promise<OpenedListener> {
  const ioPoll = openIoPoll();
  const yieldToIo = new YieldToIo(ioPoll);
  try {
    const plain = () => socket === undefined ? listen(config) : socket.adopt();
    const others = { ioPoll, yieldToIo, warnings: unusedAddress(config, socket) };
    if (!hasTls(config.tls)) return { listener: plain(), tls: undefined, ...others };
    const { openTls } = await import("./tls/mod.ts");
    const tls = await openTls(config.tls, plain, yieldToIo);
    return { listener: tls.listener, tls, ...others };
  } catch (error) {
    if (error instanceof FileError || error instanceof StartupError) throw error;
    throw new StartupError(
      cannotListen(`Cannot listen on ${config.host} port ${config.port}`, error, ADVICE),
    );
  }
}

function listen({ host, port, limits, cluster }: ServerConfig): Deno.TcpListener {
  const { sharePort: reusePort } = cluster;
  return Deno.listen({ hostname: host, port, tcpBacklog: limits.acceptBacklog, reusePort });
}

/** A warning if the server listens elsewhere than the configuration says. */
function unusedAddress({ host, port }: ServerConfig, socket: PassedSocket | undefined): string[] {
  if (socket === undefined) return [];
  const { addr } = socket;
  if (addr.port === port && addr.hostname === host) return [];
  return [
    `host and port are not used: systemd listens on ${addr.hostname} port ${addr.port}, as its socket unit says`,
  ];
}

export interface Reach {
  /** The address that the server listens on. */
  readonly host: string;
  readonly hasTokens: boolean;
  readonly hasTls: boolean;
}

/** The warning for the log; `undefined` if there is nothing to warn of. */
export function exposure({ host, hasTokens, hasTls }: Reach): ServerEvent | undefined {
  if (isLocal(host) || (hasTokens && hasTls)) return undefined;
  return { event: "exposed", host, tokens: hasTokens, tls: hasTls };
}
