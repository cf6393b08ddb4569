// Who holds a seat, as the rest of the server sees it: a session, or the memory of one whose connection is gone.

import type { CloseReason } from "../../protocol/methods/mod.ts";
import type { ServerNote } from "../../protocol/text/mod.ts";
import type { Seat } from "../../ranks/mod.ts";
import type { RateState } from "../limits/mod.ts";
import type { Rights } from "./rights.ts";

/**
 * "pending": it is not let in yet. "undecided": until the first line nobody knows who is there; that line decides
 * (docs/protocol.md, "By hand").
 */
export type Mode = "pending" | "undecided" | "json" | "text";

export interface Member {
  readonly ip: string;
  readonly port: number;
  /** "ip:port"; an IPv6 address in brackets. */
  readonly address: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly mode: Mode;
  /** The name of the token that it has shown; `undefined` where none is asked for. */
  readonly identity: string | undefined;
  readonly rights: Rights;
  /** Of what it may ask for; absent until it asks for something. */
  readonly use: RateState | undefined;
  /** Its seat is not given away before so many ms have passed since it was last heard of; 0: no such promise. */
  readonly leaseMs: number;
  /** Whether anything can be sent to it; what is sent all the same is dropped. */
  readonly isOpen: boolean;
  send(bytes: Uint8Array): void;
  sendPart(part: Uint8Array): void;
  notify(note: ServerNote): void;
  /** Tells it why and ends its connection, if it has one. */
  closeWith(reason: CloseReason, message: string): void;
}

/** A member that knows its own seat. */
export interface SeatedMember extends Member {
  readonly seat: Seat<Member> | undefined;
}

/** "ip:port" as it is shown and parsed everywhere. */
export function formatAddress(ip: string, port: number): string {
  return ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`;
}
