// A member whose connection is gone and whose seat is kept for it. It hears nothing; it is promoted like the rest.

import { formatAddress, type Member, type Rights, RIGHTS_WITHOUT_TOKEN } from "../connection/mod.ts";
import type { RateState } from "../limits/mod.ts";

/** What is remembered of a member while it is away, and across a restart. */
export type MemberRecord = Pick<Member, "ip" | "port" | "name" | "since" | "leaseMs"> & {
  /** Unknown after a restart: then only the hash of the seat's token knows whose it is. */
  readonly identity?: string | undefined;
  readonly use?: RateState | undefined;
};

export class DisconnectedMember implements Member {
  readonly ip: string;
  readonly port: number;
  readonly name: string;
  readonly since: number;
  readonly leaseMs: number;
  readonly identity: string | undefined;
  readonly use: RateState | undefined;
  /** It does nothing; who comes back has its own. */
  readonly rights: Rights = RIGHTS_WITHOUT_TOKEN;
  /** Until then its seat is given to nobody, on the server's clock in ms. */
  readonly leaseUntil: number;
  readonly mode = "json";
  readonly isOpen = false;

  constructor({ ip, port, name, since, leaseMs, identity, use }: MemberRecord, leaseUntil: number) {
    this.ip = ip;
    this.port = port;
    this.name = name;
    this.since = since;
    this.leaseMs = leaseMs;
    this.identity = identity;
    this.use = use;
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
