// The commands that read a journal, beside a running server that writes it.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runClient } from "../../support/client/client_process.ts";
import { FROM_SOURCES, ServerProcess } from "../../support/programs/start_process.ts";
import { RawClient } from "../../support/server/raw_client.ts";

const read = (...args: string[]) => runClient(args, { program: FROM_SOURCES });

Deno.test("history, verify, export and backup work on the journal of a running server", async () => {
  const folder = await Deno.makeTempDir({ prefix: "rankserver-journal-" });
  const file = `${folder}/rank.sqlite`;
  const toml = `${folder}/server.toml`;
  await Deno.writeTextFile(toml, `commands = ["ping"]\n[journal]\nfile = "${file}"\narguments = false\n`);
  try {
    await using server = await ServerProcess.start({ args: ["--config", toml] });
    await using alice = await RawClient.join(server.port);
    await alice.request("hello", { name: "alice" });
    await using bob = await RawClient.join(server.port);
    alice.ask("run", { command: "ping", args: ["secret"] });
    const { json } = await bob.next(({ json }) => json?.method === "execute");
    bob.respond(json.id, { code: 0 });
    await server.line("ended after");
    let history = "";
    // Entries are written within a second.
    while (!history.includes(" ran ")) history = (await read("history", file, "--since", "1h")).stdout;
    assertMatch(
      history,
      /Client 'alice' \(ticket \d+\) at rank 0 ran 'ping' on 1 client, run 1: 1 ok after \d+ ms\n/,
    );
    assertEquals(history.includes("secret"), false);
    assertMatch(
      (await read("verify", file)).stdout,
      / violates no guarantee: \d+ records from 1 start of a server/,
    );
    assertMatch((await read("export", file)).stdout, /\n0 +\d+ +alice .*\n1 +\d+ +127\.0\.0\.1/);
    assertEquals((await read("backup", file, `${folder}/copy`)).code, 0);
    assertEquals((await server.stop()).code, 0);
    assertStringIncludes((await read("history", file)).stdout, "Server shut down (SIGTERM)\n");
    assertEquals((await read("verify", file)).code, 0);
    assertEquals((await read("verify", `${folder}/copy`)).code, 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
