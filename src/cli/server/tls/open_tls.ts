// Opens the server with TLS, or checks that it could be: the files first, then the listener. TLS runs over the connections
// of a plain listener (src/tls/).

import type { ServerConfig } from "../../../config/mod.ts";
import type { TlsFiles } from "../../../config/keys/mod.ts";
import { secureContextOf, TlsListener, type TlsPair } from "../../../tls/mod.ts";
import { StartupError } from "../../shared/mod.ts";
import { readText } from "../../shared/mod.ts";
import { readTlsFiles, TlsFilesError, unfitPair } from "./tls_files.ts";

/** A listener with TLS, and what it was opened with. */
export interface OpenedTls {
  readonly listener: TlsListener;
  readonly pair: TlsPair;
}

/** @throws {StartupError} for what is wrong with the files, and what `Deno.listen` throws. */
export async function openTls(
  { host, port, tls, limits }: Pick<ServerConfig, "host" | "port" | "tls" | "limits">,
): Promise<OpenedTls> {
  try {
    const pair = await readTlsFiles(tls, readText, Date.now());
    const secureContext = await secureContextFor(pair, tls);
    const plain = Deno.listen({ hostname: host, port, tcpBacklog: limits.acceptBacklog });
    return { pair, listener: new TlsListener(plain, secureContext) };
  } catch (error) {
    if (error instanceof TlsFilesError) throw new StartupError(error.message, { cause: error });
    throw error;
  }
}

/** For `--check`, on a free port. @throws {StartupError} */
export async function checkTls({ tls, limits }: Pick<ServerConfig, "tls" | "limits">): Promise<void> {
  const { listener } = await openTls({ host: "127.0.0.1", port: 0, tls, limits });
  listener.close();
}

/** @param files for messages. @throws {TlsFilesError} for a pair that cannot be used. */
export async function secureContextFor(pair: TlsPair, files: TlsFiles) {
  try {
    return await secureContextOf(pair);
  } catch (error) {
    throw unfitPair(files, error);
  }
}
