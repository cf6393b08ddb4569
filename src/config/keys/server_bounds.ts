// Bounds of rankserver that no operator needs to change. Those that one may want to change are settings, in limits.ts.

export const SERVER_BOUNDS = Object.freeze({
  /** The shortest time between two log lines about failed handshakes or refused connections, which any client can cause. */
  loginLogMs: 1_000,
});
