// What the programs of all leaders wrote into one file (program.sh), and which of them runs.

import { isThere, processesHolding } from "./process_tree.ts";

const EVENTS = [
  "start",
  "stop",
  /** It got TERM, and goes on. */
  "term",
  "usr2",
  "child",
  "outsider",
  /** The lock was held by an earlier program, "holder" names each of its processes, and "alone" says when it was over. */
  "overlap",
  "holder",
  "alone",
  /** The lock could not be tried. */
  "unlocked",
] as const;

export interface LogEntry {
  readonly what: (typeof EVENTS)[number];
  readonly ticket: number;
  /** In ms since 1970. */
  readonly at: number;
  readonly pid: number;
}

export class LeaderLog {
  readonly path: string;

  constructor(folder: string) {
    this.path = `${folder}/leaders.log`;
    Deno.writeTextFileSync(this.path, "");
  }

  get entries(): LogEntry[] {
    // The last line may be half written.
    return Deno.readTextFileSync(this.path).split("\n").slice(0, -1).map((line) => {
      const [what, ticket, nanoseconds, pid] = line.split(" ");
      return {
        what: what as LogEntry["what"],
        ticket: Number(ticket),
        at: Number(nanoseconds) / 1e6,
        pid: Number(pid),
      };
    });
  }

  of(what: LogEntry["what"]): LogEntry[] {
    return this.entries.filter((entry) => entry.what === what);
  }

  get starts(): LogEntry[] {
    return this.of("start");
  }

  /** The program that runs now, if there is one. */
  get running(): LogEntry | undefined {
    const { entries } = this;
    const last = entries.findLast(({ what }) => what === "start");
    if (last === undefined || entries.some(({ what, pid }) => what === "stop" && pid === last.pid)) {
      return undefined;
    }
    return isThere(last.pid) ? last : undefined;
  }

  /** The processes of all programs that run, whatever group they are in. */
  get holders(): number[] {
    return processesHolding(this.lockPath);
  }

  get lockPath(): string {
    return `${this.path}.lock`;
  }

  /** What must never be: two programs at once, or a ticket below an earlier one. One sentence for each. */
  get faults(): string[] {
    const faults: string[] = [];
    const { entries } = this;
    let last: LogEntry | undefined;
    for (const entry of entries) {
      const { what, ticket, pid } = entry;
      if (what === "overlap") faults.push(`overlap: ${describeOverlap(entry, entries)}`);
      if (what === "unlocked") faults.push(`${pid} could not try the lock`);
      if (!EVENTS.includes(what) || !Number.isInteger(ticket)) {
        faults.push(`not a line of a program: ${what}`);
      }
      if (what !== "start") continue;
      if (last !== undefined && ticket < last.ticket) faults.push(`ticket ${ticket} after ${last.ticket}`);
      last = entry;
    }
    return faults;
  }

  get overlaps(): number {
    return this.of("overlap").length;
  }
}

function describeOverlap({ ticket, pid, at }: LogEntry, entries: readonly LogEntry[]): string {
  const end = entries.find((entry) => entry.what === "alone" && entry.pid === pid);
  const lasted = end === undefined ? "did not end" : `lasted ${Math.round(end.at - at)} ms`;
  const holders = entries.filter((entry) =>
    entry.what === "holder" && entry.ticket === ticket && entry.at >= at
  );
  const names = holders.map((holder) => {
    const start = entries.find((entry) => entry.pid === holder.pid && entry.what !== "holder");
    return `${holder.pid}${start === undefined ? "" : ` (${start.what}, ticket ${start.ticket})`}`;
  });
  return `ticket ${ticket} (${pid}) began while ${names.join(", ") || "another"} ran, which ${lasted}`;
}
