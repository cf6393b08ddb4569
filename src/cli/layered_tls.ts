// TLS over the connections of a plain listener.

import { secureContextOf, TlsListener, type TlsPair } from "../tls/tls_listener.ts";
import type { TlsFiles } from "../config/tls_settings.ts";
import type { TlsAddress, TlsEndpoint } from "./tls_endpoint.ts";
import { unfitPair } from "./tls_files.ts";

/** Whether this runtime can: before Deno 2.9, what is written over a stream does not report that it has been. */
export function canLayerTls(): boolean {
  const [major, minor] = Deno.version.deno.split(".").map(Number);
  return major! > 2 || (major === 2 && minor! >= 9);
}

/** @throws {TlsFilesError} for a pair that cannot be used, and what `Deno.listen` throws. */
export async function layeredTls(
  { host, port, backlog, files }: TlsAddress,
  pair: TlsPair,
): Promise<TlsEndpoint> {
  const secureContext = await contextOf(pair, files);
  const plain = Deno.listen({ hostname: host, port, tcpBacklog: backlog });
  const listener = new TlsListener(plain, secureContext);
  return {
    listener,
    listensAgain: false,
    async prepare(pair) {
      const renewed = await contextOf(pair, files);
      return { apply: () => listener.renew(renewed), discard() {} };
    },
  };
}

async function contextOf(pair: TlsPair, files: TlsFiles) {
  try {
    return await secureContextOf(pair);
  } catch (error) {
    throw unfitPair(files, error);
  }
}
