// Bounds of rankserver that nobody has a reason to change. What one would change is a setting, in limits.ts.

export const SERVER_BOUNDS = Object.freeze({
  /** Failed handshakes and refused connections are reported at most this often, or anybody could fill the log. */
  loginLogMs: 1_000,
});
