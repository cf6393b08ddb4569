// A yield whose response does not arrive, one that asks for no response, and one that no other client could follow.

import { assert, assertEquals } from "@std/assert";
import { deadline } from "@std/async";
import { RawClient } from "../../../support/server/raw_client.ts";
import { LOSSES } from "../../../support/programs/faulty_proxy.ts";
import { START_MS } from "../world/lead_client.ts";
import { scenario } from "../world/scenario.ts";
import { AT_ONCE, clientToml, LONG, LONG_TOML } from "../world/world_options.ts";

const LEASE_MS = 3_000;
/** The client is back long after it could have started a program that must not be. */
const AWAY_MS = 2_000;
const SLOW_TO_COME_BACK = clientToml("", LEASE_MS)
  .replace(/reconnect_(min|max)_ms = \d+/g, `reconnect_$1_ms = ${AWAY_MS}`);

for (const how of LOSSES) {
  const options = { both: how === "stalled", ...AT_ONCE, leaseMaxMs: LEASE_MS };
  scenario(`a yield whose response is lost (${how}) ends the ticket all the same`, options, async (world) => {
    const [first, second] = await world.startClients(["a", "b"], { toml: SLOW_TO_COME_BACK });
    const before = await world.started("a leads");
    const lost = first!.proxy.loseAnswer("yield", how);
    const asked = first!.ask("yield").catch(() => {/* It is not known what became of it. */});
    await deadline(lost, START_MS);
    const after = await world.succeeded(before);
    await asked;
    first!.proxy.heal();
    await first!.seated(({ ticket }) => ticket! > after.ticket);
    assertEquals([world.log.running?.pid, world.log.starts.length], [after.pid, 2]);
    await second!.kill();
    await world.succeeded(after);
  });
}

scenario(
  "a yield as a notification over the control socket stops the program like any other, or is refused",
  { both: true, ...LONG },
  async (world) => {
    const [first] = await world.startClients(["a", "b"], { toml: LONG_TOML });
    const before = await world.started("a leads");
    const { result } = await first!.ask("roster", [{ jsonrpc: "2.0", method: "yield" }]);
    const [top] = (result as { members: { name: string }[] }).members;
    // Refused, it changes nothing, and a request hands over all the same.
    if (top!.name === "a") await first!.ask("yield");
    const after = await world.succeeded(before);
    await first!.seated(({ rank }) => rank === 1);
    assertEquals(world.log.running?.pid, after.pid);
  },
);

scenario(
  "a yield within a batch over the control socket does not get past the program",
  LONG,
  async (world) => {
    const [first] = await world.startClients(["a", "b"], { toml: LONG_TOML });
    const before = await world.started("a leads");
    const batch = [{ jsonrpc: "2.0", id: 2, method: "yield" }, { jsonrpc: "2.0", method: "yield" }];
    const { result } = await first!.ask("roster", [batch]);
    const [top] = (result as { members: { name: string }[] }).members;
    if (top!.name === "a") await first!.ask("yield");
    await world.succeeded(before);
  },
);

scenario("two yields at the same time hand over to one leader at a time", LONG, async (world) => {
  const options = { toml: LONG_TOML, program: world.program("slow") };
  const [first] = await world.startClients(["a", "b", "c"], options);
  const before = await world.started("a leads");
  await Promise.all([first!.ask("yield"), first!.ask("yield")]);
  const after = await world.succeeded(before);
  await first!.seated(({ ticket }) => ticket! > after.ticket);
});

scenario(
  "a yield with no client behind that could lead is refused, and the program runs on",
  LONG,
  async (world) => {
    const first = await world.startClient("a", { toml: LONG_TOML });
    const before = await world.started("a leads");
    assert((await first.ask("yield")).error !== undefined, "alone");
    await using _plain = await RawClient.join(world.port);
    assert((await first.ask("yield")).error !== undefined, "with a client behind that asked for no lease");
    assertEquals([world.log.running?.pid, world.log.of("stop")], [before.pid, []]);
    // With one behind that could lead, it hands over.
    await world.startClient("b", { toml: LONG_TOML });
    await first.ask("yield");
    await first.seated(({ ticket }) => ticket! > before.ticket);
  },
);
