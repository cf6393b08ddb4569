// Opens the server's listener, before the server itself is loaded, so that connections can already wait. Also warns when
// other machines can reach the server unprotected.

import type { ServerConfig } from "../../config/mod.ts";
import { hasTls } from "../../config/keys/mod.ts";
import type { ServerEvent } from "../../log/mod.ts";
import type { Listener } from "../../server/mod.ts";
import { isLocal } from "../../server/limits/mod.ts";
import { type IoPoll, YieldToIo } from "../../time/mod.ts";
import { cannotListen, FileError, type ListenAdvice, StartupError } from "../shared/mod.ts";
import { openIoPoll } from "./open_io_poll.ts";
import type { OpenedTls } from "./tls/mod.ts";

export interface OpenedListener {
  readonly listener: Listener;
  readonly tls: OpenedTls | undefined;
  readonly ioPoll: IoPoll & Disposable;
  /** Over `ioPoll`. */
  readonly yieldToIo: YieldToIo;
}

const ADVICE: ListenAdvice = {
  inUse: "choose another port with --port (0 picks a free one)",
  noSuchAddress: "use --host 127.0.0.1, or 0.0.0.0 for all of its addresses",
  notAllowed: "choose another one with --port",
};

/** @throws {StartupError | FileError} */
export async function openListener(config: ServerConfig): Promise<OpenedListener> {
  const ioPoll = openIoPoll();
  const yieldToIo = new YieldToIo(ioPoll);
  try {
    if (!hasTls(config.tls)) return { listener: listen(config), tls: undefined, ioPoll, yieldToIo };
    const { openTls } = await import("./tls/mod.ts");
    const tls = await openTls(config, yieldToIo);
    return { listener: tls.listener, tls, ioPoll, yieldToIo };
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new StartupError(
      cannotListen(`Cannot listen on ${config.host} port ${config.port}`, error, ADVICE),
    );
  }
}

function listen({ host, port, limits, cluster }: ServerConfig): Deno.TcpListener {
  const { sharePort: reusePort } = cluster;
  return Deno.listen({ hostname: host, port, tcpBacklog: limits.acceptBacklog, reusePort });
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
