// What Linux says about a process.

/** Resident memory in bytes. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]);
}

/** CPU time that it has used so far, in ms; the kernel counts in hundredths of a second. */
export async function cpuMs(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  // The name, which is the second field, may hold anything; the rest begins after its bracket. utime and stime.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

/** How many descriptors it has open. */
export async function openDescriptors(pid: number): Promise<number> {
  let count = 0;
  for await (const _ of Deno.readDir(`/proc/${pid}/fd`)) count++;
  return count;
}

export async function threadCount(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/^Threads:\s+(\d+)$/m.exec(status)![1]);
}

/** All processes of this machine by their parent, zombies included. */
export async function childrenByParent(): Promise<Map<number, number[]>> {
  const children = new Map<number, number[]>();
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    // It may have ended meanwhile.
    const stat = await Deno.readTextFile(`/proc/${name}/stat`).catch(() => "");
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    children.set(parent, [...children.get(parent) ?? [], Number(name)]);
  }
  return children;
}

/** The TCP ports on which it listens. */
export async function listeningPorts(pid: number): Promise<number[]> {
  const sockets = new Set<string>();
  for await (const { name } of Deno.readDir(`/proc/${pid}/fd`)) {
    const target = await Deno.readLink(`/proc/${pid}/fd/${name}`).catch(() => "");
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode !== undefined) sockets.add(inode);
  }
  const tables = await Promise.all(["tcp", "tcp6"].map((name) => Deno.readTextFile(`/proc/net/${name}`)));
  return tables.flatMap((table) =>
    table.split("\n").flatMap((line) => {
      // Local address, state (0A: it listens) and inode.
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      const isIts = state === "0A" && inode !== undefined && sockets.has(inode);
      return isIts ? [Number.parseInt(local!.split(":")[1]!, 16)] : [];
    })
  );
}
