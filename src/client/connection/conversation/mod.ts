// What is said on one open connection: greeting, requests and answers, notifications, and why it ended.

export { Conversation, type ConversationBounds } from "./conversation.ts";
export { type ConversationEnd, seatAfterClose } from "./conversation_end.ts";
export { encodeAnswer, type ExecuteAnswer, type ExecutePort, type IncomingExecute } from "./execute_port.ts";
export type { SeatToken } from "./greeting.ts";
export { PendingRequests } from "./pending_requests.ts";
export { readNote } from "./read_note.ts";
