// What it takes to be let in by a server, beside its address.

import type { TlsTrust } from "./dial.ts";

export interface ServerAccess {
  /** Absent: plain TCP. */
  readonly tls?: TlsTrust | undefined;
  /** The token that the server asks for; absent: it asks for none. */
  readonly accessToken?: string | undefined;
}
