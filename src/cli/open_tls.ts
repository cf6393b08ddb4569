// Opens the server with TLS, or checks that it could be: the files first, then the listener.

import type { ServerConfig } from "../config/server_config.ts";
import type { TlsPair } from "../tls/tls_listener.ts";
import { CannotServe } from "./cannot_serve.ts";
import { canLayerTls, layeredTls } from "./layered_tls.ts";
import { nativeTls } from "./native_tls.ts";
import { readText } from "./read_text.ts";
import type { TlsAddress, TlsEndpoint } from "./tls_endpoint.ts";
import { readTlsFiles, TlsFilesError } from "./tls_files.ts";

/** A listener with TLS, and what it was opened with. */
export interface OpenedTls {
  readonly endpoint: TlsEndpoint;
  readonly pair: TlsPair;
}

/** @throws {CannotServe} for what is wrong with the files, and what `Deno.listen` throws. */
export async function openTls(
  { host, port, tls, limits }: Pick<ServerConfig, "host" | "port" | "tls" | "limits">,
): Promise<OpenedTls> {
  const address: TlsAddress = { host, port, backlog: limits.acceptBacklog, files: tls };
  try {
    const pair = await readTlsFiles(tls, readText, Date.now());
    return { pair, endpoint: await (canLayerTls() ? layeredTls : nativeTls)(address, pair) };
  } catch (error) {
    if (error instanceof TlsFilesError) throw new CannotServe(error.message, { cause: error });
    throw error;
  }
}

/** For `--check`, at a port that nobody else has. @throws {CannotServe} */
export async function checkTls({ tls, limits }: Pick<ServerConfig, "tls" | "limits">): Promise<void> {
  const { endpoint } = await openTls({ host: "127.0.0.1", port: 0, tls, limits });
  endpoint.listener.close();
}
