// The instructions of the Dockerfile, carried out for real: the user, the files, the program and its health check.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { dirname, join } from "node:path";
import { CLIENT, SERVER, testsOf } from "../../support/programs/executables.ts";
import { CAN_UNSHARE, UNSHARE } from "../lead/world/namespaces.ts";
import { readImage } from "./files.ts";

const test = await testsOf("server", "client");

test(
  "the image of the Dockerfile starts as its user, is healthy while it serves, and stops on SIGTERM",
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "rankserver-image-" });
    const { run, copied, env, user, entrypoint, healthCheck } = readImage();
    const context = dirname(SERVER[0]);
    assertEquals(copied.files.map((name) => join(context, name)), [SERVER[0], CLIENT[0]]);
    const files = {
      run: run,
      copy: [copied.files.map((name) => join(context, name)).join(" "), copied.to],
      env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      user: [user.join(":")],
      entrypoint,
      health: healthCheck,
    };
    for (const [name, lines] of Object.entries(files)) {
      await Deno.writeTextFile(join(folder, name), lines.map((line) => `${line}\n`).join(""));
    }
    const { success, stdout, stderr } = await new Deno.Command(UNSHARE, {
      args: [
        ...["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"],
        ...["bash", join(import.meta.dirname!, "image.sh"), folder],
      ],
    }).output();
    const decoder = new TextDecoder();
    assert(success, decoder.decode(stderr));
    const lines = decoder.decode(stdout).split("\n").filter((line) => !/^\d{4}-/.test(line));
    assertEquals(lines.shift(), "unhealthy before the start");
    assertMatch(lines[0]!, /^rankserver \S+ on 0\.0\.0\.0:\d+, up for /);
    assertEquals(lines.slice(1), [`user ${user.join(" ")}`, "exit 0", "unhealthy after the end", ""]);
    await Deno.remove(folder, { recursive: true });
  },
  !CAN_UNSHARE,
);
