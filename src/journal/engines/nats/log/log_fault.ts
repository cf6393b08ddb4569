// What ends the work with a log, and what does not.

/**
 * - `different`: a stream, or the log in it, is set up otherwise; `key` names what differs
 * - `old-server`: the NATS server is too old for replicas
 * - `denied`: the NATS server does not allow what is needed
 * - `recreated`: the stream was deleted and created again
 * - `lost`: the log no longer has records that it had, or a snapshot that replaces them
 * - `diverged`: other nodes have another state at the same position, also after it was built again
 * - `unknown`: a record that this program cannot apply; skipping it would lead to another state than that of the others
 */
export type LogFaultReason =
  | "different"
  | "old-server"
  | "denied"
  | "recreated"
  | "lost"
  | "diverged"
  | "unknown";

/** The log cannot be used, or not any more. Trying again does not help. */
export class LogFault extends Error {
  override readonly name = "LogFault";
  readonly reason: LogFaultReason;
  /** For `different`. */
  readonly key: string | undefined;

  constructor(reason: LogFaultReason, message: string, options: ErrorOptions & { key?: string } = {}) {
    super(message, options);
    this.reason = reason;
    this.key = options.key;
  }
}

/** A request that may succeed when it is made again. */
export class LogRequestError extends Error {
  override readonly name = "LogRequestError";
  /** Nothing was answered within the time allowed; the request may have had its effect. */
  readonly isTimeout: boolean;

  constructor(message: string, options: ErrorOptions & { isTimeout?: boolean } = {}) {
    super(message, options);
    this.isTimeout = options.isTimeout ?? false;
  }
}
