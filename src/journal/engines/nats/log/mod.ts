// A replicated log as a node uses it. Nothing here knows NATS, a clock of its own or chance.

export { SUSPEND_MS } from "./beats.ts";
export { LogDriver } from "./log_driver.ts";
export type { LogDriverOptions, LogEvent, LogRules } from "./log_driver_options.ts";
export { LogFault, type LogFaultReason, LogRequestError } from "./log_fault.ts";
export type {
  Acknowledgment,
  LogDescription,
  LogPort,
  LogPortEvent,
  LogSnapshot,
  Sequence,
  SnapshotPort,
  Source,
} from "./log_port.ts";
export type { LogRecord, RecordBody } from "./log_record.ts";
export { type LogSystem, retry } from "./retry.ts";
