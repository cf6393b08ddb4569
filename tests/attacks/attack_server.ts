// A server to attack: the executable, or what runs from the sources, with a configuration file of its own. Whether it
// speaks TLS and wants tokens is said here, once, for all attacks.

import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  CLIENT as CLIENT_EXECUTABLE,
  isMissing,
  SERVER as SERVER_EXECUTABLE,
} from "../support/programs/executables.ts";
import {
  CLIENT_FROM_SOURCES,
  FROM_SOURCES,
  type Program,
  ServerProcess,
} from "../support/programs/start_process.ts";
import { freePorts } from "../support/programs/free_ports.ts";
import type { Address } from "./connect.ts";

/** Where it is set, what runs from its sources is attacked and not what was compiled. */
export const SOURCES_VARIABLE = "ATTACK_SOURCES";

const IS_FROM_SOURCES = Deno.env.get(SOURCES_VARIABLE) !== undefined;
const SERVER: Program = IS_FROM_SOURCES ? FROM_SOURCES : SERVER_EXECUTABLE;

/** For those attacks whose victim sits at its terminal. */
export const CLIENT: Program = IS_FROM_SOURCES ? CLIENT_FROM_SOURCES : CLIENT_EXECUTABLE;

/** For `ignore` of a test. */
export const IS_SERVER_MISSING = !IS_FROM_SOURCES && await isMissing("server");
export const IS_CLIENT_MISSING = !IS_FROM_SOURCES && await isMissing("client");

/** What every attack is made against unless it says otherwise. */
export const ALL_SERVERS: {
  readonly tls: boolean;
  readonly tokens: boolean;
  /** Whether the server has limits for each address and for those who have not shown yet who they are. */
  readonly doorLimits: boolean;
} = { tls: true, tokens: true, doorLimits: true };

const PENDING_MS = 500;
const doorLimits = (pendingMs: number) => `pending_connections = 200\npending_ms = ${pendingMs}`;

/** The server, and rankclient, take no secret from a file that others can read. */
const OWNER_ALONE = 0o600;

/** The files of the server and of its clients, in the server's folder. */
const CERTIFICATE = "cert.pem";
const KEY = "key.pem";
const MEMBER_TOKEN = "member.token";

const AUTH = `[auth]
tokens_file = "tokens.toml"
failure_delay_ms = 50
failures_per_address = 1_000_000
connections_per_token = 0
`;

/** The rest of a configuration: a few commands with rules of every kind, and times that fit a test. */
const COMMANDS = `
[commands.uptime]

[commands.restart]
args = [{ name = "service", one_of = ["nginx", "postgres"] }]

[commands.reboot]
max_rank = 0
args = []
`;

export interface AttackServerOptions {
  readonly tls?: boolean;
  readonly tokens?: boolean;
  /** Top-level keys, such as max_clients. */
  readonly top?: string;
  /** Tables beside those of this file. */
  readonly tables?: string;
  /** Keys of the table [limits]. */
  readonly limits?: string;
  /** How long one may stand at the door, for those attacks in which everybody is to come in, on a busy machine too. */
  readonly pendingMs?: number;
  /** For the process alone: the most descriptors it may have open. */
  readonly maxDescriptors?: number;
  /** A page with seats; "tls": with the server's certificate. */
  readonly page?: "plain" | "tls";
}

export interface AttackServer extends AsyncDisposable {
  readonly process: ServerProcess;
  /** For those who may come in. */
  readonly address: Address;
  /** For those who have no token. */
  readonly strangers: Address;
  /** The page's port, with a token that may watch; 0: there is no page. */
  readonly page: Address;
  /** Of the server and of what its clients need. */
  readonly folder: string;
}

/** The words after `rankclient` that lead to a server. */
export function clientWords({ address, folder }: AttackServer): string[] {
  return [
    `127.0.0.1:${address.port}`,
    ...(address.certificate === undefined ? [] : ["--tls", "--ca", join(folder, CERTIFICATE)]),
    ...(address.token === undefined ? [] : ["--token-file", join(folder, MEMBER_TOKEN)]),
  ];
}

export async function makeServer(options: AttackServerOptions = {}): Promise<AttackServer> {
  const { tls, tokens, doorLimits: isLimited, top = "", tables = "", limits = "", maxDescriptors } = {
    ...ALL_SERVERS,
    ...options,
  };
  await using folder = new TemporaryFolder();
  const identity = tls ? await makeCertificate(folder.path) : undefined;
  const token = tokens ? await makeToken(folder.path) : undefined;
  const pagePort = options.page === undefined ? 0 : freePorts(1)[0]!;
  const text = [
    top,
    COMMANDS,
    identity === undefined ? "" : `[tls]\ncert_file = "${CERTIFICATE}"\nkey_file = "${KEY}"\n`,
    token === undefined ? "" : AUTH,
    tables,
    pagePort === 0 ? "" : `[web]\nport = ${pagePort}\nseats = true\ntls = ${options.page === "tls"}\n`,
    `[limits]\n${isLimited ? doorLimits(options.pendingMs ?? PENDING_MS) : ""}\n${limits}`,
  ].join("\n");
  await Deno.writeTextFile(join(folder.path, "server.toml"), text);
  const process = await ServerProcess.start({
    program: SERVER,
    args: ["--config", "server.toml"],
    cwd: folder.path,
    // All attackers come from loopback, and have the limits of remote ones. They come from one address: its own limit is
    // counted here, and not what is attacked.
    env: {
      RANKSERVER_LIMITS_COMMANDS_PER_SECOND: "10000",
      ...(isLimited ? { RANKSERVER_LIMITS_CONNECTIONS_PER_ADDRESS: "100000" } : {}),
    },
    ...(maxDescriptors === undefined ? {} : { maxDescriptors }),
  });
  const kept = folder.keep();
  const strangers = { port: process.port, ...(identity === undefined ? {} : { certificate: identity }) };
  return {
    process,
    strangers,
    folder: folder.path,
    address: { ...strangers, ...(token === undefined ? {} : { token }) },
    page: {
      port: pagePort,
      ...(identity === undefined || options.page !== "tls" ? {} : { certificate: identity }),
      ...(token === undefined ? {} : { token }),
    },
    async [Symbol.asyncDispose]() {
      await process[Symbol.asyncDispose]();
      await kept[Symbol.asyncDispose]();
    },
  };
}

/** A folder that is removed with its owner, or at once when the server in it does not start. */
class TemporaryFolder implements AsyncDisposable {
  readonly path: string;
  #isKept = false;

  constructor(path = Deno.makeTempDirSync({ prefix: "rank-attack-" })) {
    this.path = path;
  }

  keep(): TemporaryFolder {
    this.#isKept = true;
    return new TemporaryFolder(this.path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isKept) await Deno.remove(this.path, { recursive: true });
  }
}

/** A key of its own for this server, and the certificate for it, which is the one to be trusted. */
async function makeCertificate(folder: string): Promise<string> {
  const words =
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost " +
    "-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE " +
    `-keyout ${KEY} -out ${CERTIFICATE}`;
  const { success, stderr } = await new Deno.Command("openssl", { args: words.split(" "), cwd: folder })
    .output();
  if (!success) throw new Error(`Cannot make a certificate: ${new TextDecoder().decode(stderr)}`);
  await Deno.chmod(join(folder, KEY), OWNER_ALONE);
  return await Deno.readTextFile(join(folder, CERTIFICATE));
}

/** A token that may do everything; the server's file has its hash alone. */
async function makeToken(folder: string): Promise<string> {
  const token = crypto.randomUUID() + crypto.randomUUID();
  const hash = createHash("sha256").update(token).digest("hex");
  await Deno.writeTextFile(
    join(folder, "tokens.toml"),
    `[tokens.member]\nsha256 = "${hash}"\nwatch = true\nevict = true\n`,
    { mode: OWNER_ALONE },
  );
  await Deno.writeTextFile(join(folder, MEMBER_TOKEN), token, { mode: OWNER_ALONE });
  return token;
}
