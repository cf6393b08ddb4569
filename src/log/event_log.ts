// Opens the log in one of two formats. Text goes directly to the writer, because every command is logged; JSON lines are
// formatted by LogTape (`json_lines.ts`), which is loaded only when they are configured.

import { eventText } from "./event_text.ts";
import { type ByteSink, LineWriter } from "./line_writer.ts";
import type { Report, ServerEvent } from "./server_event.ts";

/** How much text may wait for a slow reader, in UTF-16 code units: minutes of a busy server. */
const MAX_QUEUED = 4 * 1024 * 1024;

export interface EventLog {
  readonly report: Report;
  /** Writes everything that is queued, and releases the sink. */
  close(): Promise<void>;
}

export interface EventLogOptions {
  readonly format: "text" | "json";
  /** Whether lines of text begin with the time; JSON lines always contain it. */
  readonly time: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Starts logging to `sink`. Only one JSON log can be open, because LogTape's configuration is global. */
export async function openEventLog(options: EventLogOptions, sink: ByteSink): Promise<EventLog> {
  return options.format === "json" ? await openJsonLog(sink) : openTextLog(options, sink);
}

function openTextLog({ time, now }: EventLogOptions, sink: ByteSink): EventLog {
  const stamp = time ? timestamps(now) : () => "";
  const line = (event: ServerEvent) => stamp() + eventText(event);
  const writer = new LineWriter(sink, MAX_QUEUED, (count) => line({ event: "lines_dropped", count }));
  return {
    report: (event) => writer.write(line(event)),
    close: () => writer.flush(),
  };
}

/** The time with a space behind it: RFC 3339 in UTC with milliseconds, as in the JSON log. Formatted once for each millisecond. */
function timestamps(now: () => number): () => string {
  let formattedMs: number | undefined;
  let text = "";
  return () => {
    const ms = now();
    if (ms !== formattedMs) {
      formattedMs = ms;
      text = `${new Date(ms).toISOString()} `;
    }
    return text;
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
