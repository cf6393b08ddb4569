// The parts of server.toml that all uses have.

import type { Surroundings } from "./use.ts";

/** @param seats how many, and the comment on them. */
export function topKeys({ host, tlsNames }: Surroundings, seats: number, seatsComment: string): string {
  const others = tlsNames === undefined
    ? "0.0.0.0 accepts other machines, which needs TLS (rankserver init --tls)"
    : "0.0.0.0 or :: accepts other machines, 127.0.0.1 only this one";
  return `# The address to listen on; ${others}.
host = "${host}"

# The TCP port to listen on.
port = 6001

# ${seatsComment}
max_clients = ${seats}
`;
}

export const TOKENS_TABLE = "The file with the hashes of the tokens: only clients with a token may connect.";

/** The files that belong to the server; all are relative to the directory of server.toml. */
export function fileTables({ tlsNames }: Surroundings): string {
  return `
[control]
# The socket for --status, --evict and --raise; only the server's own user can open it.
socket = "control.sock"

[journal]
# The file that keeps seats and ranks across a restart, and a record of what happened.
file = "journal.sqlite"
${
    tlsNames === undefined ? "" : `
[tls]
# The server's certificate; a reload (SIGHUP) reads it again.
cert_file = "server.pem"
# The private key of the certificate.
key_file = "server.key"
`
  }`;
}
