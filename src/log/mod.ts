// The log: events, their text, and the lines that are written.

export { openEventLog } from "./event_log.ts";
export type { Report, ServerEvent } from "./server_event.ts";
export { ThrottledReports } from "./throttled_reports.ts";
export { isVisible, visible } from "./visible_text.ts";
