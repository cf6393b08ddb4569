// A member whose connection has ended and whose seat is reserved for it. It keeps its place in the order, and messages to it
// are dropped.

import { formatAddress, type Member, type Rights, RIGHTS_WITHOUT_TOKEN } from "../connection/mod.ts";
import type { RateState } from "../limits/mod.ts";

/** What is known of a disconnected member. */
export type MemberRecord = Pick<Member, "ip" | "port" | "name" | "since" | "leaseMs"> & {
  /** Unknown after a restart; the hash of the resume token then implies it. */
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
  /** When its lease ends, on the server's clock in ms; the seat stays reserved until then. */
  readonly leaseUntil: number;
  readonly mode = "json";
  readonly isOpen = false;

  constructor({ ip, port, name, since, leaseMs, identity, rate }: MemberRecord, leaseUntil: number) {
    this.ip = ip;
    this.port = port;
    this.name = name;
    this.since = since;
    this.leaseMs = leaseMs;
    this.identity = identity;
    this.rate = rate;
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
