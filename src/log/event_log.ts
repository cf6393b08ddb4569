// Events to LogTape, and LogTape's records to lines. The library brings levels, JSON lines and the place where another
// sink could be attached; what the lines say stands in event_text.ts.

import { configureSync, getJsonLinesFormatter, getLogger, type LogRecord, resetSync } from "@logtape/logtape";
import { eventText } from "./event_text.ts";
import { type ByteSink, LineWriter } from "./line_writer.ts";
import { levelOf, type Report, type ServerEvent } from "./server_event.ts";

const CATEGORY = "rankserver";
/** Log text waiting for a slow reader, in UTF-16 code units: minutes of a busy server. */
const MAX_QUEUED = 4 * 1024 * 1024;

export interface EventLog {
  readonly report: Report;
  /** Writes what is queued and lets go of the sink. */
  close(): Promise<void>;
}

/** Starts logging to `sink`. LogTape's configuration is the process's: one log at a time. */
export function openEventLog(format: "text" | "json", sink: ByteSink): EventLog {
  const line = format === "json" ? jsonLine() : textLine;
  const writer = new LineWriter(
    sink,
    MAX_QUEUED,
    (count) => line(toRecord({ event: "lines_dropped", count })),
  );
  configureSync({
    reset: true,
    sinks: { lines: (record) => writer.write(line(record)) },
    loggers: [
      { category: CATEGORY, sinks: ["lines"], lowestLevel: "info" },
      { category: ["logtape", "meta"], sinks: ["lines"], lowestLevel: "error" },
    ],
  });
  const logger = getLogger(CATEGORY);
  return {
    report: (event) => logger[levelOf(event)](event.event, { ...event }),
    close: async () => {
      await writer.flush();
      resetSync();
    },
  };
}

function textLine(record: LogRecord): string {
  const event = record.properties as unknown as ServerEvent;
  return event.event === undefined ? record.message.join("") : eventText(event);
}

function jsonLine(): (record: LogRecord) => string {
  const format = getJsonLinesFormatter({ properties: "flatten" });
  return (record) => format(record).trimEnd();
}

function toRecord(event: ServerEvent): LogRecord {
  return {
    category: [CATEGORY],
    level: levelOf(event),
    message: [event.event],
    rawMessage: event.event,
    timestamp: Date.now(),
    properties: { ...event },
  };
}
