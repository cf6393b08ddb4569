// What /proc proves, and what it does not.

import { assertEquals } from "@std/assert";
import { type ProcessCalls, ProcessTable } from "../../../../src/cli/client/lead/process_table.ts";

const OWN = 100;
const GROUP = 7;

interface Fake {
  readonly numbers?: string;
  readonly options?: string;
  /** Of each process, the fields of its stat after the name. */
  readonly stats: Readonly<Record<number, string>>;
  readonly groups?: Readonly<Record<number, number>>;
  readonly list?: readonly number[];
}

function table({ numbers = `\t${OWN}`, options = "rw,relatime", stats, groups, list }: Fake): ProcessTable {
  const pids = Object.keys(stats).map(Number);
  const calls: ProcessCalls = {
    listProcesses: () => list ?? pids,
    groupOf: (pid) => groups === undefined ? pids.includes(pid) ? GROUP : undefined : groups[pid],
    readFile(path) {
      if (path === "/proc/self/status") {
        return numbers === "" ? "" : `Name:\tx\nNSpid:${numbers}\nThreads:\t1\n`;
      }
      if (path === "/proc/self/mounts") return `/dev/sda / ext4 rw 0 0\nproc /proc proc ${options} 0 0\n`;
      const stat = stats[Number(/^\/proc\/(\d+)\/stat$/.exec(path)![1])];
      return stat === undefined || stat === "" ? "" : `1 (a) Z 1 (b)) ${stat}`;
    },
  };
  return new ProcessTable(calls, OWN);
}

function stat(state: string, parent: number, threads: number): string {
  return `${state} ${parent} ${GROUP} 7 0 -1 4194304 100 0 0 0 0 0 0 0 20 0 ${threads} 0 1885338 3133440`;
}

Deno.test("a group of dead processes is not running, one with any other process is", () => {
  const dead = { 1: stat("Z", 9, 1), 2: stat("X", 9, 0) };
  assertEquals(table({ stats: dead }).isGroupRunning(GROUP), false);
  assertEquals(table({ stats: dead }).isGroupRunning(8), false);
  for (const other of [stat("S", 9, 1), stat("D", 9, 1), stat("Z", 9, 2)]) {
    assertEquals(table({ stats: { ...dead, 3: other } }).isGroupRunning(GROUP), true, other);
  }
});

Deno.test("a member that cannot be read may run, one that is gone does not", () => {
  assertEquals(table({ stats: { 3: "" } }).isGroupRunning(GROUP), true);
  assertEquals(table({ stats: {}, list: [3] }).isGroupRunning(GROUP), false);
});

Deno.test("a /proc with other numbers, or that hides processes, proves nothing", () => {
  const stats = { 1: stat("Z", OWN, 1) };
  const unseeing: Omit<Fake, "stats">[] = [
    { numbers: "\t4711\t100" },
    { numbers: "\t100\t100" },
    { numbers: "" },
    { options: "rw,relatime,hidepid=2" },
    { options: "rw,hidepid=invisible" },
  ];
  for (const fake of unseeing) {
    assertEquals(table({ ...fake, stats }).isGroupRunning(GROUP), true, JSON.stringify(fake));
    assertEquals(table({ ...fake, stats }).children(), undefined);
  }
});

Deno.test("children are those that live", () => {
  const stats = { 1: stat("Z", OWN, 1), 2: stat("S", OWN, 3), 3: stat("Z", OWN, 2), 4: stat("S", 2, 1) };
  assertEquals(table({ stats }).children(), [{ pid: 2, group: GROUP }, { pid: 3, group: GROUP }]);
});
