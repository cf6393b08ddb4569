// Members that are there in name only: a seat, a name, and what they were told.

import type { ServerNote } from "../../../src/protocol/text/server_note.ts";
import type { RankManager, Seat } from "../../../src/ranks/rank_manager.ts";
import type { Member, Mode, SeatedMember } from "../../../src/server/connection/member.ts";
import { type Rights, RIGHTS_WITHOUT_TOKEN } from "../../../src/server/connection/rights.ts";
import { seatsOf } from "../seats_of.ts";

export class FakeSession implements SeatedMember {
  readonly ip = "192.0.2.1";
  readonly port = 1;
  readonly address = "192.0.2.1:1";
  readonly since = 0;
  readonly node = undefined;
  readonly identity = undefined;
  readonly rate = undefined;
  readonly leaseMs = 0;
  name: string;
  mode: Mode = "json";
  isOpen = true;
  rights: Rights = RIGHTS_WITHOUT_TOKEN;
  seat: Seat<Member> | undefined;
  readonly notes: ServerNote[] = [];
  readonly texts: string[] = [];
  /** What else happens when it is told something, as when its outbox overflows. */
  onNote: (note: ServerNote) => void = () => {};

  constructor(name: string) {
    this.name = name;
  }

  notify(note: ServerNote): void {
    this.notes.push(note);
    this.onNote(note);
  }

  sendText(text: string): void {
    this.texts.push(text);
  }

  send(bytes: Uint8Array): void {
    this.sendText(new TextDecoder().decode(bytes));
  }

  sendPart(part: Uint8Array): void {
    this.send(part);
  }

  closeWith(): void {
    this.isOpen = false;
  }
}

/** Seats that many members; the index is the rank. */
export function seatMembers(
  count: number,
): { ranks: RankManager<Seat<Member>>; members: (FakeSession & { seat: Seat<Member> })[] } {
  const sessions = Array.from({ length: count }, (_, i) => new FakeSession(`member ${i}`));
  const { ranks, seats } = seatsOf<Member>(sessions);
  return { ranks, members: sessions.map((session, rank) => Object.assign(session, { seat: seats[rank]! })) };
}
