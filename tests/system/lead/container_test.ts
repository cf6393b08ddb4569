// A leader as process 1 of a container that has neither an init nor a shell: the dead do not pile up there.

import { assert } from "@std/assert";
import { CAN_UNSHARE, linePrintedBy, UNSHARE } from "./world/namespaces.ts";
import { childrenOf } from "./world/process_tree.ts";
import { programsToTest } from "./world/programs.ts";
import { scenario } from "./world/scenario.ts";
import { within } from "./world/within.ts";
import { LONG, LONG_TOML } from "./world/world_options.ts";

const PATIENCE_MS = 15_000;
const ORPHANS = 5;
const [PROGRAMS] = await programsToTest();
const NAMESPACE = [UNSHARE, "--pid", "--fork", "--mount-proc"];

/** Each orphan writes a line, ends, and belongs to the process that adopts it. */
const MAKE_ORPHANS = `
import os, sys, time
for _ in range(${ORPHANS}):
    if os.fork() == 0:
        if os.fork() == 0:
            time.sleep(0.2)
            with open(sys.argv[1], "a") as file: file.write("orphan\\n")
        os._exit(0)
    os.wait()
if len(sys.argv) > 2: time.sleep(600)
`;

scenario("the dead of a program and of a hook do not pile up under process 1", {
  ...LONG,
  ignore: !CAN_UNSHARE,
}, async (world) => {
  const file = `${world.folder}/orphans`;
  // What is found in PATH may be a script for a shell.
  const interpreter = await linePrintedBy("python3 -c 'import sys; print(sys.executable)'");
  const script = `${world.folder}/orphans.py`;
  await Deno.writeTextFile(script, MAKE_ORPHANS);
  const client = await world.startClient("a", {
    toml: LONG_TOML,
    client: [...NAMESPACE, "--kill-child", ...PROGRAMS!.client],
    // Neither of the two finds a shell.
    env: { PATH: world.folder },
    flags: ["--on-change", `${interpreter} ${script} ${file}`],
    program: [interpreter, script, file, "stay"],
  });
  const lines = () => {
    try {
      return Deno.readTextFileSync(file).trim().split("\n").length;
    } catch {
      return 0;
    }
  };
  await within(PATIENCE_MS, "all orphans have ended", () => lines() === 2 * ORPHANS);
  const init = childrenOf(client.pid)[0]!;
  const [guard] = childrenOf(init);
  assert(guard !== undefined);
  const dead = () => [init, guard].flatMap(childrenOf).filter(isDead);
  await within(PATIENCE_MS, "the dead were waited for", () => dead().length === 0);
});

function isDead(pid: number): boolean {
  try {
    return /^\d+ \(.*\) Z/s.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
}
