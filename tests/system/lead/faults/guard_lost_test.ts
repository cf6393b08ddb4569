// What a guard leaves behind when it is killed, beside its program's group: the client finds it as a child of its own.

import { assertEquals } from "@std/assert";
import { argumentsOf, isThere, processesIn, signalProcess } from "../world/process_tree.ts";
import { LeadWorld } from "../world/lead_world.ts";
import { programsToTest } from "../world/programs.ts";
import { scenario } from "../world/scenario.ts";
import { within } from "../world/within.ts";
import { AT_ONCE, clientToml, LEASE_MS } from "../world/world_options.ts";

const WAIT_MS = 15_000;
const OPTIONS = { ...AT_ONCE, leaseMaxMs: LEASE_MS };
const [PROGRAMS] = await programsToTest();

/** Holds a lease (fcntl(2)) on a file: an exec of it waits, as for a network disk that does not answer. */
const HOLD_LEASE = `import fcntl, os, signal, sys
signal.signal(signal.SIGIO, signal.SIG_IGN)
fcntl.fcntl(os.open(sys.argv[1], os.O_RDONLY), fcntl.F_SETLEASE, fcntl.F_WRLCK)
os.write(1, b"held")
signal.pause()`;

for (
  const [where, env] of [["", {}], [", where no shell can be found", { PATH: "/no/such/folder" }]] as const
) {
  const options = { both: where === "", ...OPTIONS };
  scenario(`a program whose file does not answer is never started${where}`, options, async (world) => {
    const file = `${world.folder}/program`;
    await Deno.writeTextFile(file, `#!/bin/sh\nexec "$@"\n`, { mode: 0o755 });
    const holder = new Deno.Command("python3", {
      args: ["-c", HOLD_LEASE, file],
      cwd: "/",
      stdin: "null",
      stdout: "piped",
    }).spawn();
    const held = holder.stdout.getReader();
    try {
      const { value } = await held.read();
      assertEquals(new TextDecoder().decode(value), "held");
      const [first, second] = [
        await world.startClient("a", { program: [file, ...world.program()], env }),
        await world.startClient("b"),
      ];
      assertEquals(await first!.ends(), 137);
      const { guard } = second!;
      const isLeft = (pid: number) => pid !== guard && argumentsOf(pid).includes("--guard");
      await within(WAIT_MS, "nothing of a's guard is left", () => !processesIn(world.folder).some(isLeft));
      await world.started("b leads");
    } finally {
      signalProcess(holder.pid, "SIGKILL");
      await Promise.all([holder.status, held.cancel()]);
    }
  });
}

scenario("the guard of a program that is a client under --lead itself is killed", OPTIONS, async (world) => {
  await using inner = await LeadWorld.start({ programs: PROGRAMS!, ...OPTIONS });
  const config = `${inner.folder}/inner.toml`;
  await Deno.writeTextFile(config, clientToml());
  const argv = [...PROGRAMS!.client, `127.0.0.1:${inner.port}`, "--config", config, "--name", "inner"];
  const program = [...argv, "--lead", "--", ...inner.program("stubborn", "family")];
  const first = await world.startClient("a", { program });
  const before = await inner.started("the inner client leads");
  await inner.startClient("b");
  first.signalGuard("SIGKILL");
  assertEquals(await first.ends(), 137);
  await inner.succeeded(before);
  assertEquals([inner.log.faults, isThere(before.pid)], [[], false]);
});

scenario("the guard of a program with a child that has left its group and environment is killed", {
  both: true,
  ...OPTIONS,
}, async (world) => {
  const script = 'setsid env -i sleep 300 & exec "$@"';
  const program = ["/bin/sh", "-c", script, "sh", ...world.program("stubborn")];
  const first = await world.startClient("a", { program });
  const before = await world.started("a leads");
  await world.startClient("b");
  const isOutside = (pid: number) => argumentsOf(pid).join(" ") === "sleep 300";
  const outside = await within(WAIT_MS, "it has left", () => processesIn(world.folder).filter(isOutside)[0]);
  first.signalGuard("SIGKILL");
  assertEquals(await first.ends(), 137);
  assertEquals(isThere(outside), false);
  await world.succeeded(before);
});
