// Reads the rows of a journal file. A server wrote them, but a disk or a person may have changed them since, so everything
// unexpected is an error that names the row. Pure.

import type { AuditEntry, AuditKind } from "./audit.ts";
import { JOURNAL_VERSION, type JournalRecord, type RecordKind } from "./record.ts";
import type { Snapshot } from "./snapshot.ts";

/** A part of the journal cannot be understood: it is damaged, or of a later version. */
export class JournalContentError extends Error {
  override readonly name = "JournalContentError";
}

/** "time": in ms since 1970. */
type FieldType = "string" | "number" | "time" | "boolean" | "strings" | "numbers" | "object" | "objects";
/** "?": may be absent. */
type Fields = Readonly<Record<string, FieldType | `${FieldType}?`>>;

const CLAIM: Fields = { ticket: "number", n: "number" };
const ARRIVAL: Fields = {
  id: "string",
  name: "string",
  ip: "string",
  port: "number",
  since: "time",
  identity: "string?",
  hash: "string?",
  leaseMs: "number",
};
const RECORDS: Readonly<Record<RecordKind, Fields>> = {
  start: {
    version: "number",
    capacity: "number",
    waitingCapacity: "number",
    isComplete: "boolean",
    leaseMaxMs: "number?",
  },
  complete: {},
  join: ARRIVAL,
  withdraw: { id: "string" },
  spoke: { ...CLAIM, isProgram: "boolean" },
  leave: CLAIM,
  away: { ...CLAIM, leaseRestMs: "number?" },
  claim: { ...CLAIM, id: "string", presented: "string", hash: "string?" },
  confirm: CLAIM,
  lapse: CLAIM,
  yield: { ...CLAIM, hash: "string?" },
  evict: { ...CLAIM, by: "string?" },
  rename: { ...CLAIM, name: "string" },
  lease: { ...CLAIM, leaseMs: "number", hash: "string?" },
};

const SNAPSHOT: Fields = {
  version: "number",
  position: "number",
  epoch: "number",
  capacity: "number",
  waitingCapacity: "number",
  isComplete: "boolean",
  leaseMaxMs: "number?",
  seats: "objects",
  waiting: "objects",
};
const SEAT: Fields = {
  ...ARRIVAL,
  ...CLAIM,
  usedHash: "string?",
  isProgram: "boolean",
  isAway: "boolean",
  isEvicted: "boolean",
};

const CLIENT: Fields = {
  ip: "string",
  port: "number",
  name: "string?",
  identity: "string?",
  ticket: "number?",
  rank: "number?",
};
const ACTOR: Fields = { name: "string?", identity: "string?", rank: "number?" };
const MEMBER: Fields = { ...CLIENT, ticket: "number", rank: "number" };
const COMMAND: Fields = {
  by: "object",
  command: "string",
  args: "strings?",
  argsOmitted: "number?",
  argsDiffer: "boolean?",
};
const REMOTE: Fields = { ip: "string", port: "number" };
const ENTRIES: Readonly<Record<AuditKind, Fields>> = {
  run: {
    ...COMMAND,
    run: "number",
    executors: "numbers",
    statuses: "strings",
    counts: "object",
    ms: "number",
  },
  command: { ...COMMAND, executors: "number" },
  refusal: { ...COMMAND, reason: "string", message: "string?" },
  login: { ...REMOTE, identity: "string" },
  login_failure: { ...REMOTE, message: "string" },
  eviction: { who: "object", by: "object?", keepMs: "number" },
  raise: { who: "object", above: "number" },
  reload: { changed: "strings", needsRestart: "strings" },
  reload_failure: { message: "string" },
  reload_request: { ...REMOTE, identity: "string" },
  tokens: { tokens: "number", revoked: "number" },
  server_start: { version: "string", address: "string" },
  server_stop: { signal: "string" },
  lost: {},
};

interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly isOptional: boolean;
}

/** Fields in the form in which they are checked, because there may be a million records. */
type Shape = readonly Field[];

const RECORD_SHAPES = shapesOf(RECORDS);
const ENTRY_SHAPES = shapesOf(ENTRIES);
const SNAPSHOT_SHAPE = shapeOf(SNAPSHOT);
const SEAT_SHAPE = shapeOf(SEAT);
const ARRIVAL_SHAPE = shapeOf(ARRIVAL);
const MEMBER_SHAPE = shapeOf(MEMBER);
const ACTOR_SHAPE = shapeOf(ACTOR);
const COUNT_SHAPE = shapeOf({ count: "number" });

function shapeOf(fields: Fields): Shape {
  return Object.entries(fields).map(([name, type]) => {
    const isOptional = type.endsWith("?");
    return { name, type: (isOptional ? type.slice(0, -1) : type) as FieldType, isOptional };
  });
}

function shapesOf(all: Readonly<Record<string, Fields>>): Readonly<Record<string, Shape>> {
  return Object.fromEntries(Object.entries(all).map(([kind, fields]) => [kind, shapeOf(fields)]));
}

/** @throws {JournalContentError} */
export function readRecord(json: string, position: number): JournalRecord {
  const place = `The record at position ${position}`;
  const record = parse(json, place);
  checkKind(record, RECORD_SHAPES, place);
  if (record.kind === "start" && record.version as number > JOURNAL_VERSION) {
    throw new JournalContentError(
      `${place} is of version ${record.version}: this program supports up to ${JOURNAL_VERSION}`,
    );
  }
  return record as unknown as JournalRecord;
}

/** @throws {JournalContentError} */
export function readSnapshot(json: string, position: number): Snapshot {
  const place = `The snapshot at position ${position}`;
  const snapshot = parse(json, place);
  check(snapshot, SNAPSHOT_SHAPE, place);
  if (snapshot.position !== position) throw new JournalContentError(`${place} is of another position`);
  for (const seat of snapshot.seats as Json[]) check(seat, SEAT_SHAPE, place);
  for (const client of snapshot.waiting as Json[]) check(client, ARRIVAL_SHAPE, place);
  return snapshot as unknown as Snapshot;
}

/** @throws {JournalContentError} */
export function readEntry(json: string, id: number): { readonly entry: AuditEntry; readonly count: number } {
  const place = `The audit entry ${id}`;
  const { count = 1, ...entry } = parse(json, place);
  checkKind(entry, ENTRY_SHAPES, place);
  check({ count }, COUNT_SHAPE, place);
  if ("by" in entry && entry.by !== undefined) {
    check(entry.by as Json, entry.kind === "eviction" ? ACTOR_SHAPE : MEMBER_SHAPE, place);
  }
  if ("who" in entry) check(entry.who as Json, MEMBER_SHAPE, place);
  return { entry: entry as unknown as AuditEntry, count: count as number };
}

/** Whether a value is a time in ms since 1970 that has a date. */
function isTime(value: unknown): value is number {
  return typeof value === "number" && Math.abs(value) <= MAX_TIME;
}

/** https://tc39.es/ecma262/#sec-time-values-and-time-range */
const MAX_TIME = 8.64e15;

/**
 * Checks the numbers that a row has besides its JSON.
 *
 * @throws {JournalContentError}
 */
export function checkRow(
  what: string,
  { at, position }: { readonly at: number; readonly position: number },
): void {
  if (position >= 0 && isTime(at)) return;
  throw new JournalContentError(`${what} is damaged: its position or its time is wrong`);
}

type Json = Readonly<Record<string, unknown>>;

function parse(json: string, place: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new JournalContentError(`${place} is damaged: it is not JSON`);
  }
  if (is(value, "object")) return value as Json;
  throw new JournalContentError(`${place} is damaged: it is not an object`);
}

function checkKind(value: Json, known: Readonly<Record<string, Shape>>, place: string): void {
  const { kind } = value;
  if (typeof kind !== "string" || !Object.hasOwn(known, kind)) {
    throw new JournalContentError(`${place} is of an unknown kind: ${JSON.stringify(kind)}`);
  }
  check(value, known[kind]!, place);
}

function check(value: Json, shape: Shape, place: string): void {
  for (const { name, type, isOptional } of shape) {
    const field = value[name];
    if ((isOptional && field === undefined) || is(field, type)) continue;
    throw new JournalContentError(`${place} is damaged: "${name}" is wrong or missing`);
  }
}

function is(value: unknown, type: FieldType): boolean {
  switch (type) {
    case "string":
      return typeof value === "string";
    case "boolean":
      return typeof value === "boolean";
    case "number":
      return Number.isFinite(value);
    case "time":
      return isTime(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "strings":
    case "numbers":
    case "objects":
      return Array.isArray(value) && value.every((item) => is(item, type.slice(0, -1) as FieldType));
  }
}
