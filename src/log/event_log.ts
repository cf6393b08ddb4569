// Opens the log in one of two formats. Text goes directly to the writer, because every command is logged; JSON lines are
// formatted by LogTape (`json_lines.ts`), which is loaded only when they are configured.

import { eventText } from "./event_text.ts";
import { type ByteSink, LineWriter } from "./line_writer.ts";
import type { Report } from "./server_event.ts";

/** How much text may wait for a slow reader, in UTF-16 code units: minutes of a busy server. */
const MAX_QUEUED = 4 * 1024 * 1024;

export interface EventLog {
  readonly report: Report;
  /** Writes everything that is queued, and releases the sink. */
  close(): Promise<void>;
}

/** Starts logging to `sink`. Only one JSON log can be open, because LogTape's configuration is global. */
export async function openEventLog(format: "text" | "json", sink: ByteSink): Promise<EventLog> {
  return format === "json" ? await openJsonLog(sink) : openTextLog(sink);
}

function openTextLog(sink: ByteSink): EventLog {
  const writer = new LineWriter(sink, MAX_QUEUED, (count) => eventText({ event: "lines_dropped", count }));
  return {
    report: (event) => writer.write(eventText(event)),
    close: () => writer.flush(),
  };
}

async function openJsonLog(sink: ByteSink): Promise<EventLog> {
  const { jsonLine, startJsonLines } = await import("./json_lines.ts");
  const writer = new LineWriter(sink, MAX_QUEUED, (count) => jsonLine({ event: "lines_dropped", count }));
  const { report, stop } = startJsonLines((line) => writer.write(line));
  return {
    report,
    close: async () => {
      await writer.flush();
      stop();
    },
  };
}
