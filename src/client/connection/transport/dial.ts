// Makes a connection to a server, over TCP or TLS, and explains in plain words when only one of the two speaks TLS.

import { isTlsAlert } from "../../../protocol/wire/mod.ts";
import type { LinkConn } from "./link.ts";

/** The authorities that TLS trusts. The server's name is always checked against the requested host. */
export interface TlsTrust {
  /** Authorities in PEM, in addition to those that the runtime knows. */
  readonly caCerts: readonly string[];
}

/** What a server requires of a client, beside its address. */
export interface ServerAccess {
  /** Absent: plain TCP. */
  readonly tls?: TlsTrust | undefined;
  /** Absent where the server requires no token. */
  readonly accessToken?: string | undefined;
}

export interface DialAddress {
  readonly host: string;
  readonly port: number;
  /** The one of the addresses of `host` to connect to; absent: the system tries them in turn. */
  readonly ip?: string | undefined;
  /** Absent: plain TCP. */
  readonly tls?: TlsTrust | undefined;
}

/** Rejects when the connection or its TLS handshake fails, or `signal` is aborted first. */
export async function dial({ host, ip, port, tls }: DialAddress, signal: AbortSignal): Promise<LinkConn> {
  const conn = await Deno.connect({ hostname: ip ?? host, port, signal });
  conn.setNoDelay(true);
  // The system notices in the end when a server has vanished.
  conn.setKeepAlive(true);
  return tls === undefined ? detectingTls(conn) : await startTls(conn, host, tls, signal);
}

async function startTls(
  conn: Deno.TcpConn,
  hostname: string,
  { caCerts }: TlsTrust,
  signal: AbortSignal,
): Promise<Deno.TlsConn> {
  let current: Deno.Conn = conn;
  const close = () => closeQuietly(current);
  signal.addEventListener("abort", close);
  try {
    signal.throwIfAborted();
    const secure = await Deno.startTls(conn, { hostname, caCerts: [...caCerts] });
    current = secure;
    await secure.handshake();
    signal.throwIfAborted();
    return secure;
  } catch (error) {
    close();
    throw signal.aborted ? signal.reason : explained(error);
  } finally {
    signal.removeEventListener("abort", close);
  }
}

/** The runtime has only names of its own for these. Other messages are passed on unchanged. */
const EXPLANATIONS: readonly (readonly [part: string, explanation: string])[] = [
  ["InvalidContentType", "the server does not speak TLS on this port"],
  ["fatal alert: UnexpectedMessage", "the server does not speak TLS on this port"],
  [
    "UnknownIssuer",
    "the server's certificate is not signed by a trusted authority (UnknownIssuer); " +
    "add the authority that signed it with --ca FILE",
  ],
  [
    "CaUsedAsEndEntity",
    "the server's certificate is that of an authority (CaUsedAsEndEntity), even if it is the one in --ca: make " +
    "another one for the server; openssl req -x509 takes -addext basicConstraints=critical,CA:FALSE",
  ],
];

function explained(error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  const known = EXPLANATIONS.find(([part]) => message.includes(part));
  return new Error(known?.[1] ?? message, { cause: error });
}

/** A server that speaks TLS answers plain text with an alert, or by closing, before anything else. */
export function detectingTls(conn: LinkConn): LinkConn {
  let isFirst = true;
  return {
    async read(buffer) {
      const count = await conn.read(buffer);
      if (isFirst && count === null) {
        throw new Error("the server closed the connection without a response; if it uses TLS, use --tls");
      }
      if (isFirst && isTlsAlert(buffer.subarray(0, count ?? 0))) {
        throw new Error("the server speaks TLS here; use --tls");
      }
      isFirst = false;
      return count;
    },
    write: (bytes) => conn.write(bytes),
    closeWrite: () => conn.closeWrite(),
    close: () => conn.close(),
  };
}

function closeQuietly(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // Closed already, or taken over by TLS.
  }
}
