// How many connections there have been since the server started, and why those that ended were closed.

import { CLOSE_REASONS, type CloseReason } from "../protocol/methods/mod.ts";

const NONE = Object.freeze(
  Object.fromEntries(CLOSE_REASONS.map((reason) => [reason, 0])) as Record<CloseReason, number>,
);

export class ConnectionTotals {
  accepted = 0;
  readonly closed: Record<CloseReason, number> = { ...NONE };
}
