// A member that is connected to another server, or to none. Its seat has everything that is known about it.

import type { RosterSeat, SeatedClient } from "../../journal/mod.ts";
import type { CloseReason } from "../../protocol/methods/mod.ts";
import type { ServerNote } from "../../protocol/text/mod.ts";
import { formatAddress, type Member, type Rights } from "../connection/mod.ts";

/** What a remote member needs from the server. */
export interface RemoteMemberHost {
  isLive(node: string): boolean;
  /** Of a login token by its name. */
  rightsOf(identity: string | undefined): Rights;
  /** Sends it a notification through its server. */
  notify(seat: RosterSeat<Member>, note: ServerNote): void;
}

/** Is also informed when seats are lost or claimed. */
export interface RemoteMembersHost extends RemoteMemberHost {
  /** Called when any member has lost its seat, also to another connection: its part in all runs has ended. */
  seatLost(seat: RosterSeat<Member>): void;
  /** Called before `seatLost` if another connection, on any server, has the seat now. @param before the previous client */
  seatClaimed(seat: RosterSeat<Member>, before: SeatedClient): void;
}

export class RemoteMember implements Member {
  readonly #host: RemoteMemberHost;
  /** Replaced when the member moves. */
  seat: RosterSeat<Member>;
  /** Only its own server knows whether it reads text. */
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

  /** Whether it is connected to its server, as far as this one knows. */
  get isOpen(): boolean {
    const { isAway, node } = this.seat.client;
    return !isAway && node !== undefined && this.#host.isLive(node);
  }

  /** Commands are sent to its server, once for all its clients. */
  send(): void {}

  sendPart(): void {}

  notify(note: ServerNote): void {
    if (this.isOpen) this.#host.notify(this.seat, note);
  }

  /** Its server closes the connection when it applies the same record. */
  closeWith(_reason: CloseReason, _message: string): void {}
}
