// `deno task cluster-demo` is played to its end.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { CLUSTER_SERVER, isNatsMissing } from "../../support/programs/nats_server.ts";
import { PROJECT } from "../../support/programs/start_process.ts";

const DEMO_TIMEOUT_MS = 120_000;

Deno.test({
  name: "the demonstration of a cluster: a killed node, a node that is cut off, a restart",
  ignore: await isNatsMissing(CLUSTER_SERVER, 9),
  fn: async () => {
    const demo = new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", "cluster-demo"],
      cwd: PROJECT,
      env: { NO_COLOR: "1" },
      stderr: "inherit",
      signal: AbortSignal.timeout(DEMO_TIMEOUT_MS),
    });
    const { code, stdout } = await demo.output();
    const text = new TextDecoder().decode(stdout);
    assertEquals(code, 0, text);
    assertStringIncludes(text, "Resumed rank 0");
  },
});
