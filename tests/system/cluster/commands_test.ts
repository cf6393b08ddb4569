// Commands in a cluster: every member below the issuer executes them once, whichever server it is connected to.

import { assertEquals } from "@std/assert";
import { within } from "../lead/world/within.ts";
import { agreed } from "./world/agreement.ts";
import { closeAll, executed, joinRanked, OK, SILENT, statuses } from "./world/ranked.ts";
import { scenario } from "./world/scenario.ts";

const settings = { top: 'commands = ["uptime", "restart"]', limits: "answer_grace_ms = 200" };

await scenario("a run has one status from each member below, at all servers", { settings }, async (world) => {
  const [a, b, c] = world.ports as [number, number, number];
  const members = await joinRanked(
    [b, a, a, b, c, c, b],
    ({ args }) => ({ code: args.length, stdout: "done\n" }),
  );
  await agreed(world.nodes, (roster) => roster.length === members.length);
  const issuer = members[1]!;
  const answer = await issuer.request("run", { command: "restart", args: ["x"] });
  assertEquals(statuses(answer), [2, 3, 4, 5, 6].map((rank) => [rank, "failed"]));
  const { executors, failed, results } = answer.result;
  assertEquals([executors, failed, results.every(({ stdout }: { stdout: string }) => stdout === "done\n")], [
    5,
    5,
    true,
  ]);
  assertEquals(issuer.notes("result").length, 5);
  assertEquals(members.map((member) => executed(member).length), [0, 0, 1, 1, 1, 1, 1]);
  const { from, command, args } = executed(members[4]!)[0];
  const { ticket } = issuer.welcome;
  assertEquals([from, command, args], [{ rank: 1, ticket, name: "rank-1" }, "restart", ["x"]]);
  await closeAll(members);
});

await scenario(
  "targets, a dry run, and refusals are the same at every server",
  { settings },
  async (world) => {
    const [a, b, c] = world.ports as [number, number, number];
    const members = await joinRanked([a, b, c, a], OK);
    await agreed(world.nodes, (roster) => roster.length === members.length);
    const [first, second] = members;
    const dry = await first!.request("run", { command: "uptime", to: [1, 2], dry_run: true });
    assertEquals(dry.result.executors, 2, JSON.stringify(dry));
    const named = await first!.request("run", { command: "uptime", to_names: ["rank-2"] });
    assertEquals(statuses(named), [[2, "ok"]]);
    const byTicket = await second!.request("run", {
      command: "uptime",
      to_tickets: [members[3]!.welcome.ticket],
    });
    assertEquals(statuses(byTicket), [[3, "ok"]]);
    const up = await second!.request("run", { command: "uptime", to: [0] });
    assertEquals(up.error.data, { reason: "outranked", rank: 0 });
    const unknown = await second!.request("run", { command: "reboot" });
    assertEquals(unknown.error.data.reason, "not_allowed");
    const below = await members[3]!.request("run", { command: "uptime" });
    assertEquals(below.error.data.reason, "no_recipient");
    assertEquals(members.map((member) => executed(member).length), [0, 0, 1, 1]);
    await closeAll(members);
  },
);

await scenario(
  "commands without an answer reach all members below once, and in order",
  { settings },
  async (world) => {
    const members = await joinRanked([world.ports[0]!, ...world.ports, ...world.ports]);
    await agreed(world.nodes, (roster) => roster.length === members.length);
    const COUNT = 200;
    for (let i = 0; i < COUNT; i++) members[0]!.notify("run", { command: "uptime", args: [`${i}`] });
    const expected = Array.from({ length: COUNT }, (_, i) => `${i}`);
    for (const member of members.slice(1)) {
      await within(20_000, "all commands have come", () => executed(member).length >= COUNT);
      assertEquals(executed(member).map(({ args }) => args[0]), expected);
    }
    await closeAll(members);
  },
);

await scenario(
  "a run that is cancelled or times out stops its executors at all servers",
  { settings },
  async (world) => {
    const [a, b, c] = world.ports as [number, number, number];
    const members = await joinRanked([a, a, b, c], SILENT);
    await agreed(world.nodes, (roster) => roster.length === members.length);
    const [issuer, ...executors] = members;
    const run = issuer!.ask("run", { command: "uptime" });
    for (const member of executors) {
      await within(
        10_000,
        "the command came",
        () => executed(member).length === 1,
      );
    }
    await issuer!.request("cancel", { run });
    const cancelled = await issuer!.answer(run);
    assertEquals(statuses(cancelled), [1, 2, 3].map((rank) => [rank, "cancelled"]));
    const late = await issuer!.request("run", { command: "uptime", timeout_ms: 300 });
    assertEquals(statuses(late), [1, 2, 3].map((rank) => [rank, "timed_out"]));
    for (const member of executors) {
      await within(10_000, "both were stopped", () => member.notes("cancel").length === 2);
    }
    await closeAll(members);
  },
);

await scenario(
  "when a server is killed during a run, its executors are lost, and the run ends",
  { settings },
  async (world) => {
    const [a, b, c] = world.ports as [number, number, number];
    const members = await joinRanked(
      [a, a, b, c, b],
      ({ args }) => args[0] === "wait" ? undefined : { code: 0 },
    );
    await agreed(world.nodes, (roster) => roster.length === members.length);
    const [issuer, atA, , atC] = members;
    const run = issuer!.ask("run", { command: "restart", args: ["wait"], timeout_ms: 30_000 });
    for (const member of members.slice(1)) {
      await within(10_000, "the command came", () => executed(member).length === 1);
    }
    for (const member of [atA!, atC!]) {
      const { id } = member.lines.find(({ json }) => json?.method === "execute")!.json;
      member.respond(id, { code: 0 });
    }
    await world.nodes[1]!.kill();
    const answer = await issuer!.answer(run, 30_000);
    assertEquals(statuses(answer), [[1, "ok"], [2, "lost"], [3, "ok"], [4, "lost"]]);
    const after = await issuer!.request("run", { command: "uptime" });
    // Their seats are kept for a while.
    assertEquals(statuses(after), [[1, "ok"], [2, "lost"], [3, "ok"], [4, "lost"]]);
    await closeAll(members);
  },
);

await scenario(
  "the runs of an issuer whose server is killed end at the executors",
  { settings },
  async (world) => {
    const [a, b, c] = world.ports as [number, number, number];
    const members = await joinRanked([a, b, c], SILENT);
    await agreed(world.nodes, (roster) => roster.length === members.length);
    const [issuer, ...executors] = members;
    issuer!.ask("run", { command: "uptime", timeout_ms: 25_000 });
    for (const member of executors) {
      await within(
        10_000,
        "the command came",
        () => executed(member).length === 1,
      );
    }
    await world.nodes[0]!.kill();
    for (const member of executors) {
      await within(20_000, "the command was cancelled", () => member.notes("cancel").length === 1);
    }
    await closeAll(members);
  },
);
