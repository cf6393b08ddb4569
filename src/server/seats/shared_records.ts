// Records in a journal that several servers share: their outcome is known later. Until then, nothing more is read from the
// client that requested them.

import type { JournalRecord } from "../../journal/mod.ts";
import type { SharedRecord } from "../../journal/cluster/mod.ts";
import type { AppendRefused } from "../../journal/engines/cluster/mod.ts";
import type { SharedJournal } from "../../journal/engines/mod.ts";
import type { Member, Session } from "../connection/mod.ts";

export interface SharedRecordsOptions {
  readonly journal: Pick<SharedJournal<Member>, "append">;
  /** A record of this session was refused. `isCutOff`: because this server has no contact with the log. */
  readonly onRefused: (session: Session, isCutOff: boolean) => void;
  /** Starts writing what has been queued. */
  readonly flush: () => void;
}

export class SharedRecords {
  readonly #options: SharedRecordsOptions;
  /** Called when the session has no pending record. */
  readonly #callbacks = new Map<Session, (() => void)[]>();

  constructor(options: SharedRecordsOptions) {
    this.#options = options;
  }

  /** @returns whether the record was applied and valid */
  async append(record: JournalRecord): Promise<boolean> {
    return await this.#append(record) === undefined;
  }

  /** Appends a record that the session requested. If it is refused, the session ends. */
  async request(session: Session, record: JournalRecord): Promise<void> {
    await this.hold(
      session,
      this.#append(record).then((refusal) => {
        if (refusal !== undefined && session.isOpen) this.#options.onRefused(session, refusal === "cut off");
      }),
    );
  }

  /** What else the session sends waits until `done` has resolved. */
  async hold(session: Session, done: Promise<unknown>): Promise<void> {
    session.pendingRecords++;
    await done;
    session.pendingRecords--;
    this.#callBack(session);
    this.#options.flush();
  }

  /** @returns why it was refused; `undefined` if it was applied and valid */
  async #append(record: JournalRecord): Promise<"cut off" | "void" | undefined> {
    try {
      await this.#options.journal.append(toShared(record));
      return undefined;
    } catch (error) {
      const { reason } = error as Partial<AppendRefused>;
      return reason === undefined || reason === "suspended" || reason === "fenced" ? "cut off" : "void";
    }
  }

  /** When one requests something, the others wait for that too, behind those that it has added. */
  #callBack(session: Session): void {
    const callbacks = this.#callbacks.get(session) ?? [];
    this.#callbacks.delete(session);
    while (session.pendingRecords === 0 && callbacks.length > 0) callbacks.shift()!();
    if (callbacks.length === 0) return;
    this.#callbacks.set(session, [...this.#callbacks.get(session) ?? [], ...callbacks]);
  }

  /** Calls back when no record that the session requested is pending. */
  whenDone(session: Session, callback: () => void): void {
    const callbacks = this.#callbacks.get(session);
    if (callbacks === undefined) this.#callbacks.set(session, [callback]);
    else callbacks.push(callback);
  }
}

function toShared(record: JournalRecord): SharedRecord {
  switch (record.kind) {
    case "start":
      throw new Error("A server does not start a journal that others share");
    case "lapse":
      return { kind: "lapse", seats: [{ ticket: record.ticket, n: record.n }] };
    default:
      return record;
  }
}
