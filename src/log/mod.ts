// The log: events, their text, and writing them as lines.

export { type Level, levelOf } from "./event_level.ts";
export { openEventLog } from "./event_log.ts";
export { clientRef, type LoggedCommand, type LoggedOutcome, type NamedClient } from "./server_event.ts";
export type { JournalOrigin, Report, ServerEvent } from "./server_event.ts";
export { ThrottledReports } from "./throttled_reports.ts";
