// Makes a connection to a server over Node's sockets, TCP or TLS, and explains in plain words what is wrong with TLS.

import { connect, isIP, type Socket } from "node:net";
import { connect as startTls, rootCertificates } from "node:tls";
import {
  detectingTls,
  type DialAddress,
  type LinkConn,
  type TlsTrust,
} from "../../../src/client/connection/mod.ts";
import { SocketConn } from "./socket_conn.ts";

/** Rejects when the connection or its TLS handshake fails, or `signal` is aborted first. */
export async function dial({ host, ip, port, tls }: DialAddress, signal: AbortSignal): Promise<LinkConn> {
  const socket = connect({ host: ip ?? host, port, noDelay: true, keepAlive: true });
  await opened(socket, "connect", signal);
  if (tls === undefined) return detectingTls(new SocketConn(socket));
  const secure = secured(socket, host, tls);
  try {
    await opened(secure, "secureConnect", signal);
    return new SocketConn(secure);
  } catch (error) {
    throw signal.aborted ? error : explained(error);
  }
}

function secured(socket: Socket, host: string, { caCerts }: TlsTrust): Socket {
  return startTls({
    socket,
    host,
    // The name is sent to the server, and RFC 6066 allows no address there; `host` is checked in any case.
    servername: isIP(host) === 0 ? host : "",
    // Absent: those that Node knows, with NODE_EXTRA_CA_CERTS.
    ca: caCerts.length === 0 ? undefined : [...rootCertificates, ...caCerts],
  });
}

/** Resolves when `socket` emits `event`; otherwise destroys it. */
function opened(socket: Socket, event: "connect" | "secureConnect", signal: AbortSignal): Promise<void> {
  // Every later error also ends a read or a write, which reports it; without a listener it would end the process.
  socket.on("error", () => {});
  return new Promise((resolve, reject) => {
    const settle = (settled: () => void) => {
      socket.off(event, onOpen).off("error", fail).off("close", onClose);
      signal.removeEventListener("abort", onAbort);
      settled();
    };
    const fail = (error: unknown) => {
      socket.destroy();
      settle(() => reject(error));
    };
    const onOpen = () => settle(resolve);
    const onClose = () => fail(new Error("the server closed the connection"));
    const onAbort = () => fail(signal.reason);
    socket.on(event, onOpen).on("error", fail).on("close", onClose);
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
  });
}

const NO_TLS = "the server does not speak TLS on this port";
const UNKNOWN = "the server's certificate is not signed by a trusted authority";

/** By Node's code. Other messages are passed on unchanged. */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  ERR_SSL_SSLV3_ALERT_UNEXPECTED_MESSAGE: NO_TLS,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN,
};

function explained(error: unknown): unknown {
  const { code = "" } = error as { readonly code?: string };
  const known = EXPLANATIONS[code];
  if (known === undefined) return error;
  const message = known === UNKNOWN ? `${UNKNOWN} (${code}); add the authority to caCerts` : known;
  return new Error(message, { cause: error });
}
