// Members that are there in name only: a seat, a name, and what they were told.

import type { ServerNote } from "../../src/protocol/server_note.ts";
import { RankManager, type Seat } from "../../src/ranks/rank_manager.ts";
import type { Mode } from "../../src/server/member.ts";
import { type Rights, RIGHTS_WITHOUT_TOKEN } from "../../src/server/rights.ts";
import type { Session } from "../../src/server/session.ts";

/** The part of a session that runs and replies use. */
export class FakeSession {
  name: string;
  mode: Mode = "json";
  isOpen = true;
  rights: Rights = RIGHTS_WITHOUT_TOKEN;
  seat: Seat<Session> | undefined;
  readonly notes: ServerNote[] = [];
  readonly texts: string[] = [];
  /** What else happens when it is told something, as when its outbox overflows. */
  onNote: (note: ServerNote) => void = () => {};

  constructor(name: string) {
    this.name = name;
  }

  get asSession(): Session {
    return this as unknown as Session;
  }

  notify(note: ServerNote): void {
    this.notes.push(note);
    this.onNote(note);
  }

  sendText(text: string): void {
    this.texts.push(text);
  }
}

/** Seats that many members; the index is the rank. */
export function seatMembers(
  count: number,
): { ranks: RankManager<Session>; members: (FakeSession & { seat: Seat<Session> })[] } {
  const ranks = new RankManager<Session>(count);
  const members = Array.from({ length: count }, (_, i) => {
    const member = new FakeSession(`member ${i}`);
    return Object.assign(member, { seat: ranks.join(member.asSession)! });
  });
  return { ranks, members };
}
