// A connection to the server that is kept: greeting, requests, heartbeats, reconnecting.

export { Connection, type ConnectionSystem, DENO_SYSTEM } from "./connection.ts";
export { seatAfterClose } from "./conversation_end.ts";
export type { SeatToken } from "./conversation.ts";
export type { TlsTrust } from "./dial.ts";
export { EventQueue, type EventSink } from "./event_queue.ts";
export type { ExecuteAnswer, ExecutePort, IncomingExecute } from "./execute_port.ts";
export { Heartbeat } from "./heartbeat.ts";
export { leaveFor, type LeaveServer } from "./leave_for.ts";
export { LineSender } from "./line_sender.ts";
export { Link, type LinkBounds } from "./link.ts";
export { PendingRequests } from "./pending_requests.ts";
export { placeAfter, PlaceTracker } from "./place_tracker.ts";
export { Pulse } from "./pulse.ts";
export { readNote } from "./read_note.ts";
export type { ServerAccess } from "./server_access.ts";
