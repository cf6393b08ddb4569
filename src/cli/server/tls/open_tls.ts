// Opens the server with TLS, or checks that it could be: first the files, then the listener. TLS runs over the
// connections of a plain listener (src/tls/).

import type { TlsFiles } from "../../../config/keys/mod.ts";
import { type TcpListener, tlsContextOf, TlsListener, type TlsPair } from "../../../tls/mod.ts";
import type { YieldToIo } from "../../../time/mod.ts";
import { readText, type TextReader } from "../../shared/mod.ts";
import { readTlsFiles, unfitPair } from "./tls_files.ts";

/** A listener with TLS. */
export interface OpenedTls {
  readonly listener: TlsListener;
  /** TLS for another port, with the same certificate, also when that is renewed. */
  alsoFor(listener: Deno.TcpListener): TlsListener;
  /** Those of the two files that cannot be read again. */
  readonly readOnce: readonly string[];
  /** About the certificate of the start. */
  readonly warning: string | undefined;
  /**
   * Reads the same files again. New connections use them once the result is applied; clients stay connected.
   *
   * @returns `undefined` if the files have not changed.
   * @throws {FileError}
   */
  readAgain(read: TextReader): Promise<RenewedTls | undefined>;
}

export interface RenewedTls {
  readonly warning: string | undefined;
  readonly apply: () => void;
}

/** @param listen called when the files can be used. @throws {FileError} and what `listen` throws. */
export async function openTls(
  tls: TlsFiles,
  listen: () => TcpListener,
  yieldToIo: YieldToIo,
): Promise<OpenedTls> {
  let used = await readTlsFiles(tls, readText, Date.now());
  let context = await tlsContextFor(used, tls);
  const listener = new TlsListener(listen(), context, yieldToIo);
  const listeners = [listener];
  return {
    listener,
    alsoFor(plain) {
      const other = new TlsListener(plain, context, yieldToIo);
      listeners.push(other);
      return other;
    },
    readOnce: used.readOnce,
    warning: used.warning,
    async readAgain(read) {
      const pair = await readTlsFiles(tls, read, Date.now());
      if (pair.cert === used.cert && pair.key === used.key) return undefined;
      const renewed = await tlsContextFor(pair, tls);
      const apply = () => {
        used = pair;
        context = renewed;
        for (const each of listeners) each.renew(renewed);
      };
      return { warning: pair.warning, apply };
    },
  };
}

/** For `--check`. @returns warnings. @throws {FileError} */
export async function checkTls(files: TlsFiles): Promise<string[]> {
  const pair = await readTlsFiles(files, readText, Date.now());
  await tlsContextFor(pair, files);
  return pair.warning === undefined ? [] : [pair.warning];
}

/** @param files for messages. @throws {FileError} for a pair that cannot be used. */
async function tlsContextFor(pair: TlsPair, files: TlsFiles) {
  try {
    return await tlsContextOf(pair);
  } catch (error) {
    throw unfitPair(files, error);
  }
}
