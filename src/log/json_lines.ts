// Events to LogTape, and LogTape's records to JSON lines. The library brings levels, the format, and the place where
// another sink could be attached. Loading it costs some 30 ms: only a server that logs JSON does.

import { configureSync, getJsonLinesFormatter, getLogger, type LogRecord, resetSync } from "@logtape/logtape";
import { levelOf, type Report, type ServerEvent } from "./server_event.ts";

const CATEGORY = "rankserver";

export interface JsonLines {
  readonly report: Report;
  /** Takes LogTape's configuration back. */
  stop(): void;
}

/** Configures LogTape, which is the process's, to hand every event to `write` as a line without its ending. */
export function startJsonLines(write: (line: string) => void): JsonLines {
  configureSync({
    reset: true,
    sinks: { lines: (record) => write(lineOf(record)) },
    loggers: [
      { category: CATEGORY, sinks: ["lines"], lowestLevel: "info" },
      { category: ["logtape", "meta"], sinks: ["lines"], lowestLevel: "error" },
    ],
  });
  const logger = getLogger(CATEGORY);
  return {
    report: (event) => logger[levelOf(event)](event.event, { ...event }),
    stop: resetSync,
  };
}

/** The line of an event that goes around LogTape. */
export function jsonLine(event: ServerEvent): string {
  return lineOf({
    category: [CATEGORY],
    level: levelOf(event),
    message: [event.event],
    rawMessage: event.event,
    timestamp: Date.now(),
    properties: { ...event },
  });
}

const format = getJsonLinesFormatter({ properties: "flatten" });

function lineOf(record: LogRecord): string {
  return format(record).trimEnd();
}
