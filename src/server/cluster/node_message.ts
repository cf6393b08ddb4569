// Messages between servers, as bytes: a line of JSON, followed by the lines of the commands.

import type { Position } from "../../journal/mod.ts";
import { STATUSES } from "../../protocol/methods/mod.ts";
import type { ExecutorOutcome } from "../runs/mod.ts";

/** A seat as the sender knows it: its ticket, and how often it was resumed. */
export type Target = readonly [ticket: number, n: number];

/** The sender's position in the log when a command was accepted, and the ticket of its issuer. */
interface Origin {
  readonly pos: Position;
  readonly issuer: number;
}

/** `execute` messages, one a line. */
export interface CommandsMessage extends Origin {
  readonly kind: "commands";
  /** Absent: all members below the issuer. */
  readonly to?: readonly Target[] | undefined;
  readonly lines: Uint8Array;
}

/** The `execute` of a run. */
export interface RunMessage extends Origin {
  readonly kind: "run";
  /** Its number on the issuer's server. */
  readonly run: number;
  readonly to: readonly Target[];
  /** The line after the id. */
  readonly rest: string;
}

/** The outcome of an executor. A number: at this position, the executor was not here, and nothing was sent to it. */
export type Settlement = readonly [run: number, ticket: number, outcome: ExecutorOutcome | Position];

/** About runs that one of the two servers has sent to the other. The numbers are those of the issuer's server. */
export interface UpdateMessage {
  readonly kind: "update";
  readonly settled: readonly Settlement[];
  /** Executors that must stop. */
  readonly cancelled: readonly (readonly [run: number, ticket: number])[];
  /** Runs whose remaining results are not needed. */
  readonly ended: readonly number[];
}

export type NodeMessage = CommandsMessage | RunMessage | UpdateMessage;

const LINE_FEED = 0x0a;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function encodeMessage(message: NodeMessage): Uint8Array {
  switch (message.kind) {
    case "commands": {
      const { lines, ...header } = message;
      const head = encoder.encode(`${JSON.stringify(header)}\n`);
      const bytes = new Uint8Array(head.length + lines.length);
      bytes.set(head);
      bytes.set(lines, head.length);
      return bytes;
    }
    case "run": {
      const { rest, ...header } = message;
      return encoder.encode(`${JSON.stringify(header)}\n${rest}`);
    }
    case "update":
      return encoder.encode(`${JSON.stringify(message)}\n`);
  }
}

/** @throws {Error} if no server can have sent it */
export function decodeMessage(bytes: Uint8Array): NodeMessage {
  const end = bytes.indexOf(LINE_FEED);
  const header = JSON.parse(decoder.decode(bytes.subarray(0, end)));
  const body = bytes.subarray(end + 1);
  switch (header.kind) {
    case "commands":
      if (!hasOrigin(header) || (header.to !== undefined && !areTargets(header.to))) break;
      return { ...header, lines: body };
    case "run":
      if (!hasOrigin(header) || !isCount(header.run) || !areTargets(header.to)) break;
      return { ...header, rest: decoder.decode(body) };
    case "update":
      if (!areLists(header.settled, 3) || !areLists(header.cancelled, 2) || !header.ended.every(isCount)) {
        break;
      }
      if (!header.settled.every(([, , outcome]: Settlement) => isOutcome(outcome))) break;
      return header;
  }
  throw new Error("cannot read a message of another server");
}

function hasOrigin({ pos, issuer }: Record<string, unknown>): boolean {
  return isCount(pos) && isCount(issuer);
}

function areTargets(value: unknown): boolean {
  return areLists(value, 2) && (value as Target[]).every(([, n]) => isCount(n));
}

/** Lists that begin with a count. */
function areLists(value: unknown, length: number): boolean {
  return Array.isArray(value) &&
    value.every((list) =>
      Array.isArray(list) && list.length === length && isCount(list[0]) && isCount(list[1])
    );
}

function isOutcome(value: ExecutorOutcome | Position): boolean {
  return isCount(value) || STATUSES.includes((value as ExecutorOutcome | null)?.status as never);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
