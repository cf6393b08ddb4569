// A lasting connection to the server: greeting, requests, heartbeats, reconnecting.

export { Connection, type ConnectOptions } from "./connection.ts";
export { type ConnectionSystem, DENO_SYSTEM } from "./connection_system.ts";
export { EventQueue, type EventSink } from "./event_queue.ts";
export { type LeaveServer, releaseSeat } from "./release_seat.ts";
export { placeAfter, PlaceTracker } from "./place_tracker.ts";
export {
  detectingTls,
  type DialAddress,
  LineSender,
  Link,
  type LinkBounds,
  type LinkConn,
  resolveAll,
  type ServerAccess,
  type TlsTrust,
} from "./transport/mod.ts";
export {
  encodeAnswer,
  type ExecuteAnswer,
  type ExecutePort,
  type IncomingExecute,
  PendingRequests,
  readNote,
  seatAfterClose,
  type SeatToken,
} from "./conversation/mod.ts";
export { Heartbeat, Pulse } from "./heartbeat/mod.ts";
