// The log of a ranking on several machines, in NATS JetStream.

export { LinkError, type LinkOptions, type Login, type NatsLink, openLink } from "./link/mod.ts";
export {
  LogDriver,
  type LogDriverOptions,
  type LogEvent,
  LogFault,
  type LogFaultReason,
  type LogPort,
  type LogRecord,
  LogRequestError,
  type LogRules,
  type LogSnapshot,
  type LogSystem,
  type RecordBody,
  type SnapshotPort,
} from "./log/mod.ts";
export { NodeMessages } from "./node_messages.ts";
export { type OpenLog, openLog, type OpenLogOptions } from "./open_log.ts";
