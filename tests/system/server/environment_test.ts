// What surrounds the programs in a container: variables that its platform sets.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { ServerProcess } from "../../support/programs/start_process.ts";
import { runClient } from "../../support/client/client_process.ts";

Deno.test("a server beside a service of its name starts, and its log has one line about the variables", async () => {
  const env = {
    RANKSERVER_SERVICE_HOST: "10.0.0.1",
    RANKSERVER_SERVICE_PORT: "6001",
    RANKSERVER_PORT: "tcp://10.0.0.1:6001",
    RANKSERVER_PORT_6001_TCP: "tcp://10.0.0.1:6001",
  };
  const ignored =
    "Warning: ignoring RANKSERVER_PORT, RANKSERVER_PORT_6001_TCP, RANKSERVER_SERVICE_HOST and 1 more";
  await using server = await ServerProcess.start({ env });
  await server.line(ignored);
  const { stdout, code } = await server.stop();
  assertEquals([code, stdout.split("ignoring").length], [0, 2]);
  const checked = await ServerProcess.spawn({ env, args: ["--check"] }).exit();
  assertStringIncludes(checked.stderr, ignored);
  assertEquals([checked.code, checked.stdout], [0, "The configuration is valid\n"]);
});

Deno.test("a client beside a service of its name says which variables it ignores", async () => {
  const env = { RANKCLIENT_PORT: "tcp://10.0.0.1:6001", RANKCLIENT_SERVICE_HOST: "10.0.0.1" };
  const { code, stderr } = await runClient(["127.0.0.1", "--check"], { env });
  assertStringIncludes(
    stderr,
    "Warning: ignoring RANKCLIENT_PORT, RANKCLIENT_SERVICE_HOST: a container platform",
  );
  assertEquals(code, 0);
});
