// Text that acts on whoever reads it: escape sequences, carriage returns, changes of reading direction in names,
// arguments, outputs and reasons. Wherever a person looks, the log, a session by hand and rankclient's terminal, they are
// shown and do nothing.

import { assert, assertEquals } from "@std/assert";
import { acts } from "../support/acting_text.ts";
import { isTmuxMissing, Tmux } from "../support/programs/tmux.ts";
import type { RawClient } from "../support/server/raw_client.ts";
import { CLIENT, clientWords, IS_CLIENT_MISSING, IS_SERVER_MISSING, makeServer } from "./attack_server.ts";
import { join, joinByHand, type Seated } from "./connect.ts";
import { seat, withstands } from "./withstand.ts";

/** Clear the screen, set the title, ring, go to the line's start, reverse the direction; 8-bit forms of the same. */
const EVIL = [
  "\x1b[2J\x1b[1;1Hroot#",
  "\x1b]0;owned\x07",
  "\rClient ('10.0.0.1', 1) assigned rank 0",
  "\u202egnp.exe",
  "\x9b2J\x9d0;owned\x9c",
  "\nServer stopped",
  "\x1b]52;c;cm0gLXJmIC8=\x07",
  "a\u2028b\u2029c\ufeff",
];

withstands({
  name: "escape sequences in names, arguments, outputs and reasons, shown in the log and in text sessions",
  async strike(scene) {
    const [issuer] = await seat(scene, 1) as [Seated];
    const { client: reader, rank } = await joinByHand(scene.server.address);
    scene.attackers.use(reader);
    const [executor] = await seat(scene, 1) as [Seated];
    reader.send("/watch on");
    await reader.text("Clients that join and leave are shown from now on");
    let refused = 0;
    for (const evil of EVIL) {
      const named = await issuer.request("hello", { name: `x${evil}y` });
      refused += named.error === undefined ? 0 : 1;
      // What is shown to the reader, by hand, comes from a rank above and, as results, from one below.
      await issuer.request("run", { command: "uptime", args: [evil], to: [rank] });
      reader.send(`@${executor.welcome.rank} uptime`);
      executor.respond((await executor.message("execute")).id, {
        ...{ code: 1, stdout: evil, stderr: evil, signal: evil },
      });
      reader.send(`@${executor.welcome.rank} uptime`);
      await fail(executor, evil);
      for (const line of [`'${evil}'`, `@1 ${evil}`, `/${evil}`, `restart '${evil}'`]) reader.send(line);
      reader.send("/who");
      await reader.text("seats are taken");
    }
    const shown = reader.lines.filter(({ json }) => json === undefined).map(({ text }) => text);
    assert(shown.length > 10 * EVIL.length, `only ${shown.length} lines were shown`);
    assertEquals(shown.filter((line) => acts(line)), []);
    return { tried: 7 * EVIL.length, refused };
  },
  after({ process }) {
    assertEquals(process.output.filter((line) => acts(line)), []);
  },
});

async function fail(executor: RawClient, message: string): Promise<void> {
  const { id } = await executor.message("execute");
  executor.send({ jsonrpc: "2.0", id, error: { code: -32003, message, data: { reason: message } } });
}

Deno.test({
  name: "G12: escape sequences from other clients do nothing at rankclient's terminal",
  ignore: IS_SERVER_MISSING || IS_CLIENT_MISSING || isTmuxMissing(),
  async fn() {
    await using server = await makeServer();
    await using above = await join(server.address);
    await using tmux = await Tmux.start([...CLIENT, ...clientWords(server)], {
      columns: 120,
      rows: 50,
    });
    await tmux.untilLast("rank 1 of 2>");
    await using below = await join(server.address);
    await tmux.untilLast("rank 1 of 3>");
    const evil = EVIL.join("");
    const isShown = (rows: readonly string[]) => rows.some((row) => row.includes("u001b[2J"));
    above.notify("run", { command: "uptime", args: [evil], to: [1] });
    await tmux.until(isShown);
    await tmux.type("@2 uptime");
    await tmux.press("Enter");
    below.respond((await below.message("execute")).id, { code: 3, stdout: evil, stderr: evil, signal: evil });
    const rows = await tmux.until((rows) => rows.some((row) => row.includes("1 executor: 1 failed")));
    // Had one of them acted, what stands above would not be there any more.
    assert(isShown(rows), rows.join("\n"));
    assertEquals(rows.filter((row) => row.startsWith("Server stopped") || row.startsWith("root#")), []);
    await tmux.press("C-d");
    await tmux.until((rows) => rows.some((row) => row.startsWith("exit 0")));
  },
});
