// What Linux shows of the processes of this machine (proc(5)), as far as it can be trusted. A /proc of another process
// namespace has other numbers; one that hides processes, or is empty, proves nothing.

import type { Libc } from "../../shared/mod.ts";

/**
 * The name in brackets may hold anything but ends at the last one; then come state, parent, group and, as number 20, the
 * number of threads.
 */
const STAT = /^.*\) ([A-Za-z]) (-?\d+) (?:-?\d+ ){15}(\d+) /s;

export interface ChildProcess {
  readonly pid: number;
  readonly group: number | undefined;
}

/** The calls that this needs. */
export type ProcessCalls = Pick<Libc, "listProcesses" | "readFile" | "groupOf">;

export class ProcessTable {
  readonly #calls: ProcessCalls;
  readonly #pid: number;

  /** @param pid of this process */
  constructor(calls: ProcessCalls, pid: number) {
    this.#calls = calls;
    this.#pid = pid;
  }

  /** Whether a group has a process that is not known to be dead. */
  isGroupRunning(group: number): boolean {
    const isMember = (pid: number) => this.#calls.groupOf(pid) === group;
    // One that has ended between the two calls is no member any more.
    return this.#pids()?.some((pid) => isMember(pid) && !this.#isDead(pid) && isMember(pid)) ?? true;
  }

  /** The living children of this process; `undefined` if some may be hidden. */
  children(): readonly ChildProcess[] | undefined {
    const isChild = (pid: number) => Number(this.#stat(pid)?.[2]) === this.#pid && !this.#isDead(pid);
    return this.#pids()?.filter(isChild).map((pid) => ({ pid, group: this.#calls.groupOf(pid) }));
  }

  #pids(): readonly number[] | undefined {
    return this.#showsAll() ? this.#calls.listProcesses() : undefined;
  }

  /** Whether /proc has the numbers that this process knows, and all processes. */
  #showsAll(): boolean {
    const numbers = /^NSpid:(.*)$/m.exec(this.#calls.readFile("/proc/self/status"))?.[1];
    if (Number(numbers ?? NaN) !== this.#pid) return false;
    const mounts = [...this.#calls.readFile("/proc/self/mounts").matchAll(/^\S+ \/proc \S+ (\S+)/gm)];
    const options = mounts.at(-1)?.[1];
    return options !== undefined && !options.includes("hidepid=");
  }

  /** That the first thread is dead says nothing of the others. */
  #isDead(pid: number): boolean {
    const [, state = "", , threads] = this.#stat(pid) ?? [];
    return (state === "Z" || state === "X") && Number(threads) <= 1;
  }

  #stat(pid: number): RegExpExecArray | null {
    return STAT.exec(this.#calls.readFile(`/proc/${pid}/stat`));
  }
}
