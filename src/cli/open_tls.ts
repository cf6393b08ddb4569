// Opens the server with TLS, or checks that it could be: the files first, then the listener.

import type { ServerConfig } from "../config/server_config.ts";
import { CannotServe } from "./cannot_serve.ts";
import { readText } from "./read_text.ts";
import { readTlsFiles, TlsFilesError, type TlsPair } from "./tls_files.ts";
import { listenFirstWithTls, listenWithTls } from "./tls_listener.ts";

/** @throws {CannotServe} for what is wrong with the files, and what `Deno.listen` throws. */
export async function openTls(
  { host, port, tls, limits }: ServerConfig,
): Promise<{ readonly listener: Deno.TlsListener; readonly pair: TlsPair }> {
  return await orCannotServe(async () => {
    const pair = await readTlsFiles(tls, readText, Date.now());
    return {
      pair,
      listener: listenFirstWithTls({ host, port, backlog: limits.acceptBacklog, files: tls }, pair),
    };
  });
}

/** For `--check`. @throws {CannotServe} */
export async function checkTls({ tls }: Pick<ServerConfig, "tls">): Promise<void> {
  await orCannotServe(async () => {
    const pair = await readTlsFiles(tls, readText, Date.now());
    listenWithTls({ host: "127.0.0.1", port: 0, backlog: 1, files: tls }, pair).close();
  });
}

async function orCannotServe<Value>(open: () => Promise<Value>): Promise<Value> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof TlsFilesError) throw new CannotServe(error.message, { cause: error });
    throw error;
  }
}
