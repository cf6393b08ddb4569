// Bounds of rankserver that nobody has a reason to change. What one would change is a setting, in limits.ts.

const bounds = {
  /** Failed handshakes and refused connections are told of at most this often, or anybody could fill the log. */
  doorLogMs: 1_000,
  /** A listener that another one replaces is closed when it has brought no connection for so long... */
  quietMs: 20,
  /** ...or after so long, if it always does. */
  retireMs: 1_000,
};

export type ServerBounds = Readonly<typeof bounds>;

export const SERVER_BOUNDS: ServerBounds = Object.freeze(bounds);
