// The log: events, their text, and writing them as lines.

export { type Level, levelOf } from "./event_level.ts";
export { openEventLog } from "./event_log.ts";
export { eventText } from "./event_text.ts";
export { clientRef, type LoggedCommand, type LoggedOutcome, type NamedClient } from "./server_event.ts";
export type { ClientRef, JournalOrigin, Report, ServerEvent } from "./server_event.ts";
export { ThrottledReports } from "./throttled_reports.ts";
