// A name with several addresses: the client tries each of them, and the server says on which one it listens.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { CLIENT_PROGRAM } from "../../support/client/client_process.ts";
import { FROM_SOURCES, type Program, ServerProcess } from "../../support/programs/start_process.ts";
import { CAN_UNSHARE, UNSHARE } from "../lead/world/namespaces.ts";

/** Runs the rest of the words where the file `hosts` is the system's list of names. */
function withHosts(hosts: string, program: readonly string[]): Program {
  const script = 'mount --bind "$0" /etc/hosts && exec "$@"';
  return [UNSHARE, "--mount", "sh", "-c", script, hosts, ...program];
}

Deno.test({
  name: "a client finds a server on whichever address of its name it listens",
  ignore: !CAN_UNSHARE,
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "rank-hosts-" });
    const hosts = join(folder, "hosts");
    await Deno.writeTextFile(hosts, "127.0.0.2 twofold\n127.0.0.3 twofold\n127.0.0.4 twofold\n");
    for (const host of ["127.0.0.2", "127.0.0.3", "127.0.0.4"]) {
      await using server = await ServerProcess.start({ args: ["--host", host] });
      const [file, ...args] = withHosts(hosts, [...CLIENT_PROGRAM, `twofold:${server.port}`]);
      const { code, stderr } = await new Deno.Command(file, { args, stdin: "null" }).output();
      assertStringIncludes(new TextDecoder().decode(stderr), "You are rank 0 of 1");
      assertEquals(code, 0);
    }
    const program = withHosts(hosts, FROM_SOURCES);
    await using server = await ServerProcess.start({ program, args: ["--host", "twofold"] });
    await server.line(/^Server started listening on IP address: 127\.0\.0\.[234] and port: \d+$/);
    await server.stop();
    await Deno.remove(folder, { recursive: true });
  },
});
