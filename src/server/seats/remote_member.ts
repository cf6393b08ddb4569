// A member that is not connected to this server: it is connected to another one, or to none. What is known of it is in its
// seat.

import type { RosterSeat, SeatedClient } from "../../journal/mod.ts";
import type { CloseReason } from "../../protocol/methods/mod.ts";
import type { ServerNote } from "../../protocol/text/mod.ts";
import { formatAddress, type Member, type Rights } from "../connection/mod.ts";

/** What a remote member needs of its surroundings. */
export interface RemoteMemberHost {
  isLive(node: string): boolean;
  /** Of a login token by its name. */
  rightsOf(identity: string | undefined): Rights;
  /** Sends it a notification by way of its server. */
  notify(seat: RosterSeat<Member>, note: ServerNote): void;
}

/** Also, who follows what becomes of seats. */
export interface RemoteMembersHost extends RemoteMemberHost {
  /** Called when any member has lost its seat, or another connection has it now: what it was doing has ended. */
  seatLost(seat: RosterSeat<Member>): void;
  /** Called before that when another connection, on any server, has it now. @param before its client before */
  seatClaimed(seat: RosterSeat<Member>, before: SeatedClient): void;
}

export class RemoteMember implements Member {
  readonly #host: RemoteMemberHost;
  /** Replaced when it moves. */
  seat: RosterSeat<Member>;
  /** Whether it is a person is known to its own server. */
  readonly mode = "json";
  readonly rate = undefined;

  constructor(seat: RosterSeat<Member>, host: RemoteMemberHost) {
    this.seat = seat;
    this.#host = host;
  }

  get node(): string | undefined {
    return this.seat.client.node;
  }

  get ip(): string {
    return this.seat.client.ip;
  }

  get port(): number {
    return this.seat.client.port;
  }

  get address(): string {
    return formatAddress(this.ip, this.port);
  }

  get name(): string {
    return this.seat.client.name;
  }

  get since(): number {
    return this.seat.client.since;
  }

  get leaseMs(): number {
    return this.seat.client.leaseMs;
  }

  get identity(): string | undefined {
    return this.seat.client.identity;
  }

  get rights(): Rights {
    return this.#host.rightsOf(this.identity);
  }

  /** Whether its server has it, as far as this one knows. */
  get isOpen(): boolean {
    const { isAway, node } = this.seat.client;
    return !isAway && node !== undefined && this.#host.isLive(node);
  }

  /** Commands are sent to its server, for all its clients. */
  send(): void {}

  sendPart(): void {}

  notify(note: ServerNote): void {
    if (this.isOpen) this.#host.notify(this.seat, note);
  }

  /** Its server closes it when it applies the record that this follows. */
  closeWith(_reason: CloseReason, _message: string): void {}
}
