// The limits of the page's port.

import type { FailedLogins } from "../server/limits/mod.ts";

/** The part that follows the configuration of the server. */
export interface WebLimits {
  /** Of connections with a request; 0: no limit. `undefined`: a limit that does not concern loopback. */
  readonly connectionsPerAddress: number | undefined;
  readonly logins: ConstructorParameters<typeof FailedLogins>[0];
  /** Before a wrong token is refused. */
  readonly failureDelayMs: number;
  /** The longest message of a seat. */
  readonly lineBytes: number;
  readonly lingerMs: number;
}

/** Limits that no operator has a reason to change. */
export const WEB_BOUNDS = Object.freeze({
  /** In the middle of a request, or waiting for the next one; beyond it, the oldest is closed. */
  maxConnections: 256,
  /** In place of `connectionsPerAddress` where that is not set, except for loopback. */
  connectionsPerAddress: 64,
  /** For a request with its answer, and for the pause before the next one. */
  requestMs: 10_000,
  /** A browser sends less than 2 KB; cookies of other programs on the same host may be among them. */
  headBytes: 16 * 1_024,
  /** A token, or an action. */
  bodyBytes: 4 * 1_024,
  /** Of an open page that does not read. */
  queuedBytes: 1_024 * 1_024,
  /** Browsers that are logged in with the same token. */
  loginsPerToken: 256,
  loginMs: 12 * 3_600_000,
});
