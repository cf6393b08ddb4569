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
    session.pendingRecords++;
    const refusal = await this.#append(record);
    session.pendingRecords--;
    if (refusal !== undefined && session.isOpen) this.#options.onRefused(session, refusal === "cut off");
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

  /** In order. One that requests something is the last for now: the others wait for that too. */
  #callBack(session: Session): void {
    const callbacks = this.#callbacks.get(session);
    while (session.pendingRecords === 0 && callbacks !== undefined && callbacks.length > 0) {
      callbacks.shift()!();
    }
    if (callbacks?.length === 0) this.#callbacks.delete(session);
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
