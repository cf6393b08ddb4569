// Signals to the guard, once and again: it never ends while anything of its program runs.

import { scenario } from "../world/scenario.ts";
import { pause, within } from "../world/within.ts";
import { AT_ONCE, clientToml } from "../world/world_options.ts";

const LEASE_MS = 2_000;
/** A second signal comes before KILL does. */
const TOML = clientToml("", LEASE_MS).replace(/kill_after_ms = \d+/, "kill_after_ms = 800");
const TERM_MS = 5_000;
/** The same signal is one of its own then, and not the first one's echo from a task runner. */
const AGAIN_MS = 350;

const ONCE: readonly Deno.Signal[] = [
  "SIGTERM",
  "SIGINT",
  "SIGHUP",
  "SIGQUIT",
  "SIGALRM",
  "SIGVTALRM",
  "SIGUSR1",
  "SIGUSR2",
];
const TWICE: readonly (readonly [Deno.Signal, Deno.Signal])[] = [
  ["SIGTERM", "SIGTERM"],
  ["SIGTERM", "SIGINT"],
  ["SIGINT", "SIGINT"],
  ["SIGHUP", "SIGTERM"],
  ["SIGTERM", "SIGALRM"],
];

for (const signals of [...ONCE.map((signal) => [signal]), ...TWICE]) {
  const options = { both: signals.length === 2, ...AT_ONCE, leaseMaxMs: LEASE_MS };
  scenario(`${signals.join(" and then ")} to the guard leaves no program behind`, options, async (world) => {
    const program = world.program("stubborn", "family");
    const [first] = await world.startClients(["a", "b"], { toml: TOML, program });
    const before = await world.started("a leads");
    for (const [index, signal] of signals.entries()) {
      first!.signalGuard(signal);
      const hasTerm = () => world.log.of("term").some(({ pid }) => pid === before.pid);
      if (index === signals.length - 1) break;
      await within(TERM_MS, "the program has got TERM", hasTerm);
      await pause(AGAIN_MS);
    }
    // Whatever the guard made of it; the client may have ended.
    await first!.ask("yield").catch(() => {});
    await world.succeeded(before);
  });
}

scenario(
  "a signal to everything of a leader at once, as service managers send it, leaves no program behind",
  { both: true, ...AT_ONCE, leaseMaxMs: LEASE_MS },
  async (world) => {
    const program = world.program("stubborn", "family");
    const [first] = await world.startClients(["a", "b"], { toml: TOML, program });
    const before = await world.started("a leads");
    for (let round = 0; round < 2; round++) {
      if (round > 0) await pause(AGAIN_MS);
      first!.signalGuard("SIGTERM");
      first!.signal("SIGTERM");
    }
    await world.succeeded(before);
    await first!.ends();
  },
);
