// Whether a server lets in strangers unprotected, which is to be said aloud at the start.

import type { ServerEvent } from "../../../log/mod.ts";

export interface Reach {
  /** The address that it listens on. */
  readonly host: string;
  readonly hasTokens: boolean;
  readonly hasTls: boolean;
}

/** The warning for the log; `undefined` when there is nothing to warn of. */
export function exposure({ host, hasTokens, hasTls }: Reach): ServerEvent | undefined {
  if (isLoopback(host) || (hasTokens && hasTls)) return undefined;
  return { event: "exposed", host, tokens: hasTokens, tls: hasTls };
}

/** RFC 1122, section 3.2.1.3, and RFC 4291, section 2.5.3; also as IPv4 in IPv6. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/i.test(host);
}
