// A member whose connection has ended and whose seat is reserved for it. It keeps its rank, and messages to it are dropped.

import type { RosterSeat } from "../../journal/mod.ts";
import { formatAddress, type Member, type Rights, RIGHTS_WITHOUT_TOKEN } from "../connection/mod.ts";
import type { RateState } from "../limits/mod.ts";

/** The data of a disconnected member. */
export type MemberRecord = Pick<Member, "ip" | "port" | "name" | "since" | "leaseMs"> & {
  readonly identity?: string | undefined;
  readonly rate?: RateState | undefined;
};

export class DisconnectedMember implements Member {
  readonly ip: string;
  readonly port: number;
  readonly name: string;
  readonly since: number;
  readonly leaseMs: number;
  readonly identity: string | undefined;
  readonly rate: RateState | undefined;
  /** Unused: a client that resumes the seat brings its own. */
  readonly rights: Rights = RIGHTS_WITHOUT_TOKEN;
  /** When its lease ends, on the server's clock in ms; the seat is kept until then. */
  readonly leaseUntil: number;
  readonly node = undefined;
  readonly mode = "json";
  readonly isOpen = false;
  /** Replaced when it moves. */
  seat: RosterSeat<Member>;
  /** How long the seat is kept, in ms; set while it has a deadline. */
  keepMs: number | undefined;

  constructor(
    { ip, port, name, since, leaseMs, identity, rate }: MemberRecord,
    seat: RosterSeat<Member>,
    leaseUntil: number,
  ) {
    this.ip = ip;
    this.port = port;
    this.name = name;
    this.since = since;
    this.leaseMs = leaseMs;
    this.identity = identity;
    this.rate = rate;
    this.seat = seat;
    this.leaseUntil = leaseUntil;
  }

  get address(): string {
    return formatAddress(this.ip, this.port);
  }

  send(): void {}

  sendPart(): void {}

  notify(): void {}

  closeWith(): void {}
}

/** The member of a seat to which no other member is attached yet. */
export function createPlaceholder(): Member {
  return {
    ip: "",
    port: 0,
    address: "",
    node: undefined,
    name: "",
    since: 0,
    mode: "json",
    identity: undefined,
    rights: RIGHTS_WITHOUT_TOKEN,
    rate: undefined,
    leaseMs: 0,
    isOpen: false,
    send() {},
    sendPart() {},
    notify() {},
    closeWith() {},
  };
}
