// The units under systemd itself, with all of their restrictions. It runs as process 1 of namespaces, so that the system of the
// machine is not involved.

import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { testsOf } from "../../support/programs/executables.ts";
import { isPythonMissing } from "../../support/programs/held_socket.ts";
import { PROJECT } from "../../support/programs/start_process.ts";
import { CAN_UNSHARE } from "../lead/world/namespaces.ts";

const hasSystemd = await Deno.stat("/lib/systemd/systemd").then(() => true, () => false);
if (!hasSystemd) console.warn("systemd is missing: the units are not tested under it");

const test = await testsOf("server", "client");

test(
  "systemd starts, reloads, watches and stops the services, with their credentials and their socket",
  async () => {
    const folder = await Deno.makeTempDir({ dir: join(PROJECT, "dist"), prefix: "systemd-" });
    await Deno.copyFile(join(import.meta.dirname!, "drive.sh"), join(folder, "drive.sh"));
    const { stderr } = await new Deno.Command("bash", {
      args: [join(import.meta.dirname!, "boot.sh"), PROJECT, folder],
      stdin: "null",
      stdout: "null",
    }).output();
    const read = (name: string) => Deno.readTextFile(join(folder, name)).catch(() => "");
    const output = await read("output");
    const errors = new TextDecoder().decode(stderr) + await read("errors");
    await Deno.remove(folder, { recursive: true });
    const server = "Serving on 127.0.0.1:6001 active running success";
    assertEquals(output.split("\n"), [
      `started: ${server}`,
      "CapBnd 0000000000000000",
      "NoNewPrivs 1",
      "Seccomp 2",
      `reloaded: ${server}`,
      `hung and restarted: ${server}`,
      "worker: Rank 0 active running success",
      "lead: Rank 1 active running success",
      "worker stopped: dead inactive success",
      "lead stopped: dead inactive success",
      "stopped: dead inactive success",
      "refused in a restart: 0",
      `with its socket: ${server}`,
      "",
    ], errors);
  },
  !hasSystemd || !CAN_UNSHARE || isPythonMissing,
);
