// The token that let a leader in is revoked or renamed, and the server reads its tokens again.

import { assertEquals } from "@std/assert";
import { CLIENT_EXIT } from "../../../../src/cli/shared/exit_codes.ts";
import { tokenOf, tokensToml } from "../../../support/server/tokens.ts";
import type { LeadWorld } from "../world/lead_world.ts";
import { scenario } from "../world/scenario.ts";
import { AT_ONCE, clientToml, type LeaderOptions, LEASE_MS } from "../world/world_options.ts";

const FOLDER = Deno.makeTempDirSync({ prefix: "rank-tokens-" });
globalThis.addEventListener("unload", () => Deno.removeSync(FOLDER, { recursive: true }));

/** Longer than a share of the lease, so that a client has to wait for the refusal. */
const FAILURE_DELAY_MS = 500;

let files = 0;

/** A file of tokens, how to change it, and how a client gets in with one of them. */
function tokensFile(tables: Record<string, string>) {
  const path = `${FOLDER}/${++files}.toml`;
  const write = (text: string) => Deno.writeTextFileSync(path, text, { mode: 0o600 });
  write(tokensToml(tables));
  const toml = `[auth]\ntokens_file = "${path}"\nfailure_delay_ms = ${FAILURE_DELAY_MS}\n`;
  return {
    toml,
    /** As at first: the same scenario with other programs may have changed it. */
    async reset(world: LeadWorld): Promise<void> {
      write(tokensToml(tables));
      await world.killServer();
      await world.startServer();
    },
    replace(world: LeadWorld, text: string): void {
      write(text);
      world.signalServer("SIGHUP");
    },
  };
}

function showing(name: string): LeaderOptions {
  const path = `${FOLDER}/${name}.token`;
  Deno.writeTextFileSync(path, tokenOf(name), { mode: 0o600 });
  return { flags: ["--token-file", path] };
}

const REMOVED = tokensFile({ a: "", b: "" });
scenario(
  "a leader whose token is removed ends, also with a lease shorter than the server's delay of a refusal",
  { both: true, ...AT_ONCE, leaseMaxMs: LEASE_MS, toml: REMOVED.toml },
  async (world) => {
    await REMOVED.reset(world);
    const first = await world.startClient("a", showing("a"));
    const before = await world.started("a leads");
    await world.startClient("b", showing("b"));
    REMOVED.replace(world, tokensToml({ b: "" }));
    assertEquals(await first.ends(), CLIENT_EXIT.unauthenticated);
    await world.succeeded(before);
  },
);

const LONGER_MS = 4_000;
const LONGER_TOML = clientToml("", LONGER_MS);
const RENAMED = tokensFile({ a: "", b: "" });
scenario(
  "a leader whose token is renamed gets a new seat, and does not release that one for its old one",
  { both: true, ...AT_ONCE, leaseMaxMs: LONGER_MS, toml: RENAMED.toml },
  async (world) => {
    await RENAMED.reset(world);
    const first = await world.startClient("a", {
      ...showing("a"),
      toml: LONGER_TOML,
      program: world.program("stubborn"),
    });
    const before = await world.started("a leads");
    let isReleased = false;
    void first.proxy.next("to server", /"method":"leave","params":."resume"/, () => void (isReleased = true));
    RENAMED.replace(world, tokensToml({ a: "", b: "" }).replace("[tokens.a]", "[tokens.a2]"));
    await first.seated(({ ticket }) => ticket! > before.ticket);
    await world.startClient("b", { ...showing("b"), toml: LONGER_TOML });
    const again = await world.succeeded(before);
    first.signal("SIGTERM");
    const after = await world.succeeded(again);
    assertEquals([world.log.running?.pid, world.log.starts.length], [after.pid, 3]);
    assertEquals(isReleased, false, "the new seat could have been released");
  },
);
