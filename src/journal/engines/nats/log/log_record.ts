// What every record of the log says about itself. The rest is up to the rules.

import { LogFault } from "./log_fault.ts";
import type { Sequence } from "./log_port.ts";

/** What the rules want to say with a record. */
export type RecordBody = Readonly<Record<string, unknown>>;

export interface LogRecord extends RecordBody {
  /** Unique for each record: `<node>.<counter>`. */
  readonly id: string;
  /** The identity of the log that it was made for. */
  readonly log: string;
  readonly node: string;
  /** The last position that its author had applied: always less than its sequence, unless the log has lost records. */
  readonly pos: Sequence;
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** @throws {LogFault} "unknown" */
export function readRecord(sequence: Sequence, data: Uint8Array): LogRecord {
  try {
    const record: unknown = JSON.parse(decoder.decode(data));
    if (isRecord(record)) return record;
  } catch (cause) {
    throw new LogFault("unknown", `Cannot read the record at ${sequence} of the log`, { cause });
  }
  throw new LogFault(
    "unknown",
    `Cannot apply the record at ${sequence} of the log: it lacks id, log, node or pos`,
  );
}

function isRecord(value: unknown): value is LogRecord {
  if (typeof value !== "object" || value === null) return false;
  const { id, log, node, pos } = value as Record<string, unknown>;
  return typeof id === "string" && typeof log === "string" && typeof node === "string" &&
    Number.isSafeInteger(pos);
}

/** Makes the records of one incarnation of a node. */
export class Author {
  readonly node: string;
  readonly #identity: string;
  readonly #position: () => Sequence;
  #count = 0;

  /** @param node a name that no other incarnation has had */
  constructor(node: string, identity: string, position: () => Sequence) {
    this.node = node;
    this.#identity = identity;
    this.#position = position;
  }

  sign(body: RecordBody): LogRecord {
    const id = `${this.node}.${++this.#count}`;
    return { ...body, id, log: this.#identity, node: this.node, pos: this.#position() };
  }
}
