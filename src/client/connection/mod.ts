// A lasting connection to the server: greeting, requests, heartbeats, reconnecting.

export { Connection, type ConnectionSystem, type ConnectOptions, DENO_SYSTEM } from "./connection.ts";
export { seatAfterClose } from "./conversation_end.ts";
export type { SeatToken } from "./greeting.ts";
export { EventQueue, type EventSink } from "./event_queue.ts";
export { encodeAnswer, type ExecuteAnswer, type ExecutePort, type IncomingExecute } from "./execute_port.ts";
export { Heartbeat } from "./heartbeat.ts";
export { type LeaveServer, releaseSeat } from "./release_seat.ts";
export { PendingRequests } from "./pending_requests.ts";
export { placeAfter, PlaceTracker } from "./place_tracker.ts";
export { Pulse } from "./pulse.ts";
export { readNote } from "./read_note.ts";
export { LineSender, Link, type LinkBounds, type ServerAccess, type TlsTrust } from "./transport/mod.ts";
