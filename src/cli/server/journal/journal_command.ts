// Runs `rankserver history`, `verify`, `export` and `backup`: reads the flags, opens the file, and prints the result.

import { visible } from "../../../words/mod.ts";
import { parseFlags, printAnswer, printHelp, revoke } from "../../shared/mod.ts";
import type { JournalCommandName } from "./command_names.ts";
import { exportRoster } from "./export_roster.ts";
import { JOURNAL_EXIT } from "./journal_exit.ts";
import { PAGES } from "./journal_pages.ts";
import { printHistory } from "./print_history.ts";
import { parseFilter } from "./history_filter.ts";
import { parsePast, parsePosition } from "./parse_moment.ts";
import { verifyFile } from "./verify_file.ts";

/** @param args the words after the command. @returns the exit code */
export async function journalCommand(name: JournalCommandName, args: readonly string[]): Promise<number> {
  revoke("net", "run");
  try {
    switch (name) {
      case "history":
        return await history(args);
      case "verify":
        return await verify(args);
      case "export":
        return await exportAt(args);
      case "backup":
        return await backup(args);
    }
  } catch (error) {
    if (!isAboutTheFile(error)) throw error;
    // The file may contain anything.
    console.error(visible((error as Error).message));
    return JOURNAL_EXIT.failed;
  }
}

async function history(args: readonly string[]): Promise<number> {
  const parsed = parseFlags(PAGES.history.flags, args);
  if (!parsed.ok) return refuse("history", parsed.message);
  const { help, since, of, command, json } = parsed.values;
  if (help) return await showHelp("history");
  const [file, surplus] = wordsOf(parsed);
  if (file === undefined || surplus !== undefined) return refuse("history", wrongWords(1, surplus));
  const now = Date.now();
  const from = since === undefined ? -Infinity : parsePast(since, now);
  if (from === undefined) return refuse("history", `--since must be ${TIME}, got "${since}"`);
  const filter = parseFilter(of, command);
  if (typeof filter === "string") return refuse("history", filter);
  using reader = await open(file);
  return printHistory(reader, from, filter, json);
}

async function verify(args: readonly string[]): Promise<number> {
  const parsed = parseFlags(PAGES.verify.flags, args);
  if (!parsed.ok) return refuse("verify", parsed.message);
  if (parsed.values.help) return await showHelp("verify");
  const [file, surplus] = wordsOf(parsed);
  if (file === undefined || surplus !== undefined) return refuse("verify", wrongWords(1, surplus));
  using reader = await open(file);
  return verifyFile(reader, file);
}

async function exportAt(args: readonly string[]): Promise<number> {
  const parsed = parseFlags(PAGES.export.flags, args);
  if (!parsed.ok) return refuse("export", parsed.message);
  const { help, at, json } = parsed.values;
  if (help) return await showHelp("export");
  const [file, surplus] = wordsOf(parsed);
  if (file === undefined || surplus !== undefined) return refuse("export", wrongWords(1, surplus));
  const moment = at === undefined ? { until: Infinity } : parsePosition(at) ?? parsePast(at, Date.now());
  if (moment === undefined) return refuse("export", `--at must be a position, ${TIME}, got "${at}"`);
  using reader = await open(file);
  return exportRoster(reader, typeof moment === "number" ? { until: moment } : moment, json);
}

async function backup(args: readonly string[]): Promise<number> {
  const parsed = parseFlags(PAGES.backup.flags, args);
  if (!parsed.ok) return refuse("backup", parsed.message);
  if (parsed.values.help) return await showHelp("backup");
  const [from, to, surplus] = wordsOf(parsed);
  if (from === undefined || to === undefined || surplus !== undefined) {
    return refuse("backup", wrongWords(2, surplus));
  }
  const { backupJournal } = await import("../../../journal/engines/backup_journal.ts");
  const bytes = await backupJournal(from, to);
  return printAnswer(`Copied ${from} to ${to} (${bytes} bytes)`, JOURNAL_EXIT);
}

const TIME = "a duration (90s, 15min, 1h, 2d) or a time in UTC (2026-11-27T14:03)";

async function open(path: string) {
  const { JournalReader } = await import("../../../journal/engines/read_journal.ts");
  return new JournalReader(path);
}

/** The file, what it contains or the disk is the reason. */
function isAboutTheFile(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (["JournalFileError", "JournalContentError"].includes(error.name)) return true;
  return (error as { code?: unknown }).code === "ERR_SQLITE_ERROR";
}

function wordsOf(
  { positionals, afterDashes }: {
    readonly positionals: readonly string[];
    readonly afterDashes: readonly string[];
  },
): readonly (string | undefined)[] {
  return [...positionals, ...afterDashes];
}

function wrongWords(needed: 1 | 2, surplus: string | undefined): string {
  if (surplus !== undefined) return `Unexpected argument "${surplus}"`;
  return needed === 1
    ? "Missing argument: FILE (the journal)"
    : "Missing arguments: FILE (the journal) and TO (the copy)";
}

function showHelp(name: JournalCommandName): Promise<number> {
  return printHelp({ settings: [], ...PAGES[name] }, JOURNAL_EXIT);
}

function refuse(name: JournalCommandName, message: string): number {
  console.error(`${message}\nRun rankserver ${name} --help for its flags and examples`);
  return JOURNAL_EXIT.usage;
}
