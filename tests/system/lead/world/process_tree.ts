// What Linux says about processes of this machine (proc(5)): parents, children, and which of them a test has to end.

/** Whether a process runs; one that has ended and was not waited for does not. */
export function isThere(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
}

export function parentOf(pid: number): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)$/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1]);
  } catch {
    return undefined;
  }
}

export function childrenOf(parent: number): number[] {
  return allProcesses().filter((pid) => parentOf(pid) === parent);
}

/** The words that a process was started with. */
export function argumentsOf(pid: number): string[] {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0").slice(0, -1);
  } catch {
    return [];
  }
}

/** The processes that have a file open as descriptor 9, as programs of leaders have their lock. */
export function processesHolding(path: string): number[] {
  return allProcesses().filter((pid) => linkOf(`/proc/${pid}/fd/9`) === path);
}

/** The processes that work in a folder. */
export function processesIn(folder: string): number[] {
  return allProcesses().filter((pid) => linkOf(`/proc/${pid}/cwd`) === folder && isThere(pid));
}

/** Signals a process that may have ended. */
export function signalProcess(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

function allProcesses(): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter(Number.isInteger);
}

function linkOf(path: string): string | undefined {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return undefined;
  }
}
