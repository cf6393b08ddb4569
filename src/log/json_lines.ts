// Turns events into JSON lines with LogTape, which provides levels, the format, and a way to attach other sinks. Loading it
// takes some 30 ms, so only a server that logs JSON does.

import { configureSync, getJsonLinesFormatter, getLogger, type LogRecord, resetSync } from "@logtape/logtape";
import { visibleJson } from "../words/mod.ts";
import { levelOf } from "./event_level.ts";
import type { Report, ServerEvent } from "./server_event.ts";

const CATEGORY = "rankserver";

export interface JsonLines {
  readonly report: Report;
  /** Resets LogTape's configuration. */
  stop(): void;
}

/** Configures LogTape, globally, to pass every event to `write` as a line without a line ending. */
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

/** Formats an event that bypasses the logger: one that the writer itself reports. */
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
  return visibleJson(format(record).trimEnd());
}
