// The unit of systemd for a leader: the client accepts its command line, and it is started again and ended as
// docs/succession.md says.

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { parseFlags } from "../../../src/cli/shared/parse_flags.ts";
import { CLIENT_FLAGS } from "../../../src/config/keys/mod.ts";
import { loadClientConfig } from "../../../src/config/mod.ts";
import { PROJECT } from "../../support/programs/start_process.ts";

const PATH = join(PROJECT, "examples", "rankclient-lead.service");

const keys = new Map(
  Deno.readTextFileSync(PATH).split("\n").filter((line) => /^\w+=/.test(line)).map((line) => {
    const at = line.indexOf("=");
    return [line.slice(0, at), line.slice(at + 1)] as const;
  }),
);

Deno.test("the service of a leader starts its client again, whatever its exit code and however often", () => {
  assertEquals([keys.get("Restart"), keys.get("StartLimitIntervalSec")], ["always", "0"]);
});

Deno.test("the service of a leader kills what is left of it, and not before PROGRAM's own time to end", async () => {
  const config = await loadClientConfig({ host: "127.0.0.1" });
  assertEquals(keys.get("KillMode"), "mixed");
  assert(Number(keys.get("TimeoutStopSec")) * 1_000 > config.lead.killAfterMs);
});

Deno.test("the client accepts the command line of the service", async () => {
  const [program, ...args] = keys.get("ExecStart")!.split(" ");
  const parsed = await parseFlags(CLIENT_FLAGS, args);
  assert(parsed.ok, JSON.stringify(parsed));
  const { values, positionals, afterDashes } = parsed;
  assertEquals([program, values.lead, positionals.length, afterDashes], [
    "/usr/local/bin/rankclient",
    true,
    1,
    ["/usr/local/bin/writer"],
  ]);
  assertEquals(values.control, `/run/${keys.get("RuntimeDirectory")}/lead.sock`);
});

Deno.test({
  name: "systemd finds nothing wrong with the service of a leader",
  ignore: !await hasSystemd(),
  async fn() {
    const folder = Deno.makeTempDirSync();
    const unit = `${folder}/rankclient-lead.service`;
    // It looks for the program.
    Deno.writeTextFileSync(
      unit,
      Deno.readTextFileSync(PATH).replace("/usr/local/bin/rankclient", Deno.execPath()),
    );
    const { code, stderr } = await new Deno.Command("systemd-analyze", { args: ["verify", "--man=no", unit] })
      .output();
    const said = new TextDecoder().decode(stderr).split("\n").filter((line) => line.includes(folder));
    Deno.removeSync(folder, { recursive: true });
    assertEquals([code, said], [0, []]);
  },
});

async function hasSystemd(): Promise<boolean> {
  try {
    return (await new Deno.Command("systemd-analyze", { args: ["--version"], stdout: "null" }).output())
      .success;
  } catch {
    return false;
  }
}
