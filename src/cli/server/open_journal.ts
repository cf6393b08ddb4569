// Opens the journal of a server that is alone: in memory, or in a file.

import type { ServerConfig } from "../../config/mod.ts";
import type { AuditSink } from "../../journal/mod.ts";
import { AuditWriter, FileJournal, type Journal, MemoryJournal } from "../../journal/engines/mod.ts";
import type { SqliteFile } from "../../journal/engines/sqlite_file.ts";
import type { JournalOrigin, Report, ServerEvent } from "../../log/mod.ts";
import type { Member } from "../../server/connection/mod.ts";
import { createPlaceholder } from "../../server/seats/mod.ts";
import type { Clock } from "../../time/mod.ts";
import { visible } from "../../words/mod.ts";
import { fullPath, StartupError } from "../shared/mod.ts";

export interface OpenedJournal {
  readonly journal: Journal<Member>;
  readonly audit?: AuditSink;
  /** For the log, after the line that says where the server listens. */
  readonly notice?: ServerEvent;
}

const DAY_MS = 24 * 3_600_000;
/** So many records are applied again at the next start, and when `history` is asked for the last hour. */
const RECORDS_PER_SNAPSHOT = 25_000;

/** Loads SQLite only for a server with a file. @throws {StartupError} */
export async function openJournal(
  { file: path, keepDays, maxBytes, arguments: recordsArguments }: ServerConfig["journal"],
  clock: Clock,
  report: Report,
): Promise<OpenedJournal> {
  // In microseconds: no server appends faster, so that tickets increase across restarts without a file too.
  const firstPosition = Date.now() * 1_000;
  const placeholder = createPlaceholder();
  if (path === "") return { journal: new MemoryJournal(firstPosition, placeholder) };
  const { SqliteFile } = await import("../../journal/engines/sqlite_file.ts");
  try {
    const file = new SqliteFile(path, Date.now(), { keepMs: keepDays * DAY_MS, maxBytes });
    const journal = new FileJournal(file, placeholder, {
      firstPosition,
      now: clock.now,
      wallClock: Date.now,
      recordsPerSnapshot: RECORDS_PER_SNAPSHOT,
      onFailure: (message) => report({ event: "journal_failed", message }),
      onRecovery: () => report({ event: "journal_recovered" }),
    });
    const audit = new AuditWriter({
      file,
      position: () => journal.state.position,
      commit: () => journal.commit(),
      recordsArguments,
      wallClock: Date.now,
      after: clock.after,
      onFailure: (message) => report({ event: "audit_failed", message }),
      onRecovery: (lost) => report({ event: "audit_recovered", lost }),
    });
    const shown = visible(fullPath(path));
    return {
      journal,
      audit,
      notice: { event: "journal_opened", path: shown, origin: originOf(file, journal) },
    };
  } catch (error) {
    if ((error as Error).name === "JournalFileError") {
      throw new StartupError(visible((error as Error).message));
    }
    throw error;
  }
}

function originOf({ origin }: SqliteFile, { mayLackRecords, state }: Journal): JournalOrigin {
  if (origin !== "journal") return origin;
  const hasContents = state.position >= 0;
  return mayLackRecords && hasContents ? "backup" : "existing";
}
