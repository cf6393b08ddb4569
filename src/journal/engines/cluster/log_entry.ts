// An entry of the cluster as a record of the log: its counter is part of the id.

import { type ClusterEntry, type ClusterRecord, messageIdOf } from "../../cluster/mod.ts";
import { LogFault, type LogRecord, type RecordBody } from "../nats/mod.ts";

export function bodyOf(record: ClusterRecord): RecordBody {
  return { record };
}

/** @throws {LogFault} "unknown": a record must not be skipped */
export function entryOf({ id, log, node, pos, record }: LogRecord): ClusterEntry {
  const counter = Number(id.slice(node.length + 1));
  const isEntry = Number.isSafeInteger(counter) && counter >= 0 && messageIdOf({ node, counter }) === id &&
    pos >= 0 && typeof (record as Partial<ClusterRecord> | undefined)?.kind === "string";
  if (!isEntry) throw new LogFault("unknown", `Cannot apply the record "${id}": it is none of a cluster`);
  return { log, node, counter, pos, record: record as ClusterRecord };
}
