// The files of a use: those of the server; those of each client in its own directory, which is copied to its machine; and
// the tokens file, which has the hashes of their tokens.

import { newSecret } from "../files/mod.ts";
import type { IssuedCertificates } from "./issue_certificates.ts";
import type { NewFile } from "./write_new_files.ts";
import { type InitClient, reachableHost, type Surroundings, type Use } from "./use.ts";

/** @param issued absent: no TLS. */
export async function initFiles(
  use: Use,
  surroundings: Surroundings,
  issued?: IssuedCertificates,
): Promise<NewFile[]> {
  const secrets = await Promise.all(use.clients.map(() => newSecret()));
  const entries = use.clients.map((client, index) => tokenEntry(client, secrets[index]!.sha256));
  return [
    readable("server.toml", use.serverToml(surroundings)),
    secret("tokens.toml", `${TOKENS_HEAD}${entries.join("")}`),
    ...use.clients.flatMap((client, index) => [
      readable(`clients/${client.name}/client.toml`, clientToml(client, surroundings)),
      secret(`clients/${client.name}/token`, `${secrets[index]!.token}\n`),
      ...issued === undefined ? [] : [readable(`clients/${client.name}/ca.pem`, issued.authority)],
    ]),
    ...issued === undefined ? [] : [
      readable("server.pem", issued.server),
      secret("server.key", issued.serverKey),
      readable("authority/ca.pem", issued.authority),
      secret("authority/ca.key", issued.authorityKey),
    ],
  ];
}

function readable(name: string, text: string): NewFile {
  return { name, text, isSecret: false };
}

function secret(name: string, text: string): NewFile {
  return { name, text, isSecret: true };
}

const TOKENS_HEAD =
  `# Which clients may connect, and what each token allows; docs/tokens.md explains it. The tokens themselves are in
# clients/NAME/token, and only their hashes here. A reload (SIGHUP) applies changes.
`;

function tokenEntry({ name, tokenPurpose, rights }: InitClient, sha256: string): string {
  const { issue, execute, watch, evict } = rights;
  const commands = issue === undefined
    ? "# The commands that it may send: all without this line.\n#issue = []"
    : `# The commands that it may send.\nissue = ${JSON.stringify(issue)}`;
  return `
# ${tokenPurpose}
[tokens.${name}]
sha256 = "${sha256}"
${commands}
# Whether it executes the commands of the clients above it.
execute = ${execute}
# Whether it may see the other clients.
watch = ${watch}
# Whether it may evict other clients.
evict = ${evict}
`;
}

function clientToml({ name, more }: InitClient, surroundings: Surroundings): string {
  const authority = surroundings.tlsNames === undefined ? "" : `
# The authority that signed the server's certificate; this key turns TLS on.
ca_file = "ca.pem"
`;
  return `# The client ${name}; copy this directory to its machine. client.example.toml has every key.

# The server's name or address${
    surroundings.tlsNames === undefined ? "" : "; its certificate must be valid for it"
  }.
host = "${reachableHost(surroundings)}"

# The server's TCP port.
port = 6001

# The name that other clients see.
name = "${name}"

# The file with the token of this client; only its owner may read it.
token_file = "token"
${authority}${more}`;
}
