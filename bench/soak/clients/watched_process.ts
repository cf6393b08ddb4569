// What Linux says about one process, looked at again and again until it ends.

import {
  childrenByParent,
  openDescriptors,
  residentBytes,
  threadCount,
} from "../../../tests/support/programs/process_facts.ts";

export interface ProcessSample {
  /** On the clock of `performance.now()`. */
  readonly atMs: number;
  readonly resident: number;
  readonly descriptors: number;
  readonly threads: number;
  /** Zombies included. */
  readonly children: number;
}

export class WatchedProcess {
  readonly name: string;
  readonly pid: number;
  readonly samples: ProcessSample[] = [];
  /** What it has done so far, in words. */
  readonly tally: () => string;
  #hasEnded = false;

  constructor(name: string, pid: number, tally: () => string = () => "") {
    this.name = name;
    this.pid = pid;
    this.tally = tally;
  }

  /** Whether it was gone when it was looked at last. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  async sample(atMs: number, children: ReadonlyMap<number, readonly number[]>): Promise<void> {
    if (this.#hasEnded) return;
    const { pid } = this;
    try {
      this.samples.push({
        atMs,
        resident: await residentBytes(pid),
        descriptors: await openDescriptors(pid),
        threads: await threadCount(pid),
        children: children.get(pid)?.length ?? 0,
      });
    } catch {
      // A process that has ended has no memory, even before its parent has waited for it.
      this.#hasEnded = true;
    }
  }
}

/** Looks at all of them at about the same time. */
export async function sampleAll(processes: readonly WatchedProcess[]): Promise<void> {
  const children = await childrenByParent();
  const atMs = performance.now();
  await Promise.all(processes.map((process) => process.sample(atMs, children)));
}
