// What the programs of all leaders wrote into one file (program.sh), and who of them runs.

export interface LogEntry {
  readonly what: "start" | "stop" | "overlap" | "child";
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
    return Deno.readTextFileSync(this.path).split("\n").filter((line) => line !== "").map((line) => {
      const [what, ticket, nanoseconds, pid] = line.split(" ");
      return {
        what: what as LogEntry["what"],
        ticket: Number(ticket),
        at: Number(nanoseconds) / 1e6,
        pid: Number(pid),
      };
    });
  }

  get starts(): LogEntry[] {
    return this.entries.filter(({ what }) => what === "start");
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

  /** What must never be: two at once, or a ticket below an earlier one. One sentence for each. */
  get faults(): string[] {
    const faults: string[] = [];
    let last: LogEntry | undefined;
    const { entries } = this;
    for (const entry of entries) {
      if (entry.what === "overlap") faults.push(`${entry.pid} was there when ticket ${entry.ticket} began`);
      if (entry.what !== "start") continue;
      const end = last && entries.find(({ what, pid }) => what === "stop" && pid === last!.pid);
      if (end !== undefined && end.at > entry.at) {
        faults.push(`${end.pid} ended ${end.at - entry.at} ms after ${entry.pid} began`);
      }
      if (last !== undefined && entry.ticket < last.ticket) {
        faults.push(`ticket ${entry.ticket} after ${last.ticket}`);
      }
      last = entry;
    }
    return faults;
  }
}

/** Whether a process runs; one that has ended and was not waited for does not. */
export function isThere(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
}
