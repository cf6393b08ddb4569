// The holder of a seat as the rest of the server sees it: a session, or the record of one whose connection has ended.

import type { CloseReason } from "../../protocol/methods/mod.ts";
import type { Sender } from "../../protocol/wire/mod.ts";
import type { ServerNote } from "../../protocol/text/mod.ts";
import type { Seat } from "../../ranks/mod.ts";
import { addressText } from "../../words/mod.ts";
import type { RateState } from "../limits/mod.ts";
import type { Rights } from "./rights.ts";

/**
 * "pending": not logged in yet. "undecided": its first line, which decides between a program ("json") and a person
 * ("text"), has not arrived (docs/protocol/text.md).
 */
export type Mode = "pending" | "undecided" | "json" | "text";

/** Who sends the bytes of a session, as far as its mode says. */
export const SENDERS: Readonly<Record<Mode, Sender>> = {
  pending: "unknown",
  undecided: "unknown",
  json: "program",
  text: "person",
};

export interface Member {
  readonly ip: string;
  readonly port: number;
  /** "ip:port"; an IPv6 address in brackets. */
  readonly address: string;
  readonly name: string;
  /** The server that it is connected to, where that is another one. */
  readonly node: string | undefined;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly mode: Mode;
  /** The name of its login token; `undefined` on a server without tokens. */
  readonly identity: string | undefined;
  readonly rights: Rights;
  /** Its rate limit; absent until its first request. */
  readonly rate: RateState | undefined;
  /** Its seat is not given to another client until this many ms after it was last heard from; 0: no lease. */
  readonly leaseMs: number;
  /** Whether messages can be sent to it; otherwise they are dropped. */
  readonly isOpen: boolean;
  send(bytes: Uint8Array): void;
  sendPart(part: Uint8Array): void;
  notify(note: ServerNote): void;
  /** Sends it the reason and closes its connection, if it has one. */
  closeWith(reason: CloseReason, message: string): void;
}

/** The other end of a connection. */
export type Remote = Pick<Member, "ip" | "port">;

/** A member that knows its own seat. */
export interface SeatedMember extends Member {
  readonly seat: Seat<Member> | undefined;
}

/** "ip:port", with an IPv6 address in brackets. */
export function formatAddress(ip: string, port: number): string {
  return addressText({ host: ip, port });
}
