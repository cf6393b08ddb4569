// What the feed saw of the server when it last looked, and what has changed when it looks again.

import type { Changes, Figures, PageMember, PageWaiting } from "../messages/mod.ts";
import type { Listed } from "../../server/operator/mod.ts";
import { compareRosters, pageMembers } from "./page_roster.ts";

/** The part of the host that is looked at. */
export interface Viewed {
  status(): Figures;
  list(count: number): Listed;
}

/** Members, and waiting clients, that a page is sent. */
const MAX_LISTED = 10_000;
/** The roster is looked at after so many looks even if nothing seems to have changed: leases are in no event. */
const LOOKS = 8;

export class ServerView {
  readonly #viewed: Viewed;
  #figures: Figures | undefined;
  /** The figures without what changes all the time. */
  #summary = "";
  #members: readonly PageMember[] = [];
  #waiting: readonly PageWaiting[] = [];
  #skipped = 0;

  constructor(viewed: Viewed) {
    this.#viewed = viewed;
  }

  /** As it was at the last {@linkcode look}. */
  get current(): { server: Figures; members: readonly PageMember[]; waiting: readonly PageWaiting[] } {
    return { server: this.#figures!, members: this.#members, waiting: this.#waiting };
  }

  /**
   * Looks again. @param mayDiffer whether something happened to a seat since the last look
   *
   * @returns `undefined`: there is nothing to say.
   */
  look(mayDiffer: boolean): Changes | undefined {
    const before = this.#figures;
    const server = this.#figures = this.#viewed.status();
    const summary = summarize(server);
    const isSame = summary === this.#summary;
    this.#summary = summary;
    const isDue = ++this.#skipped >= LOOKS;
    const isUnseen = before === undefined || before.epoch !== server.epoch;
    if (!isUnseen && !mayDiffer && !isDue) {
      return isSame ? undefined : { server, joined: [], left: [], changed: [] };
    }
    this.#skipped = 0;
    const { roster, waitingRoom } = this.#viewed.list(MAX_LISTED);
    const members = pageMembers(roster, server.leader?.ticket);
    const difference = compareRosters(this.#members, members);
    const waiting = isSameList(this.#waiting, waitingRoom) ? undefined : waitingRoom;
    this.#members = members;
    this.#waiting = waitingRoom;
    const { joined, left, changed } = difference;
    const hasChanged = joined.length + left.length + changed.length > 0 || waiting !== undefined;
    return hasChanged || isDue || !isSame ? { server, ...difference, waiting } : undefined;
  }

  /** Forgets everything, until a page is opened again. */
  clear(): void {
    this.#figures = undefined;
    this.#members = [];
    this.#waiting = [];
  }
}

function summarize({ uptime_ms: _uptime, lead_after_ms: _after, leader, ...figures }: Figures): string {
  return JSON.stringify([figures, leader?.ticket]);
}

function isSameList(a: readonly PageWaiting[], b: readonly PageWaiting[]): boolean {
  return a.length === b.length &&
    a.every(({ name, address }, index) => name === b[index]!.name && address === b[index]!.address);
}
