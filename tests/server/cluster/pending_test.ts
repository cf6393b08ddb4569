// What is decided later, by a timer or by another connection, while records of a session are pending.

import { assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { isNatsMissing } from "../../support/programs/nats_server.ts";
import { lateLog } from "../../support/server/late_log.ts";
import { withTwoServers } from "../../support/server/two_servers.ts";

const ignore = await isNatsMissing();
const PRESENT_MS = 600;

Deno.test({
  name: "a client whose claim is pending when its time to present a token is over gets that seat",
  ignore,
  async fn() {
    await withTwoServers(async ({ nats, a, b, join, connect }) => {
      const first = await join(a);
      await join(b);
      const { resume, ticket } = first.welcome;
      await first.request("hello", { lease_ms: 2_000 });
      await first.close();
      const back = await connect(b);
      await delay(PRESENT_MS / 2);
      nats.signal("SIGSTOP");
      const id = back.ask("hello", { resume });
      await delay(PRESENT_MS);
      nats.signal("SIGCONT");
      const { result } = await back.answer(id);
      assertEquals([result.rank, result.ticket], [0, ticket]);
      await back.settled();
      const { members } = (await back.request("roster")).result;
      assertEquals(members.map(({ away = false }) => away), [false, false]);
      await back.close();
      const again = await connect(a);
      const { result: resumed } = await again.request("hello", { resume: result.resume });
      assertEquals(resumed?.ticket, ticket);
    }, { capacity: 2, session: `present_ms = ${PRESENT_MS}` });
  },
});

Deno.test({
  name:
    "a contested token is decided when what the session has asked for meanwhile was applied: it has one seat",
  ignore,
  async fn() {
    await withTwoServers(async ({ nats, a, b, join, connect }) => {
      const first = await join(a);
      const { resume, ticket } = first.welcome;
      const holder = await connect(a);
      await holder.request("hello", { resume });
      const contender = await join(b);
      const id = contender.ask("hello", { resume });
      await contender.settled();
      await delay(PRESENT_MS / 2);
      nats.signal("SIGSTOP");
      const yielding = contender.ask("yield");
      await delay(PRESENT_MS);
      nats.signal("SIGCONT");
      assertEquals((await contender.answer(yielding)).result.rank, 1);
      assertEquals((await contender.answer(id)).result.ticket, ticket);
      const { members } = (await contender.request("roster")).result;
      assertEquals(members.length, 1);
    }, { session: `present_ms = ${PRESENT_MS}` });
  },
});

Deno.test({
  name: "a session contests a seat of another server once at a time",
  ignore,
  async fn() {
    await withTwoServers(async ({ a, b, join, connect }) => {
      const first = await join(a);
      const { resume, ticket } = first.welcome;
      const holder = await connect(a);
      await holder.request("hello", { resume });
      const contender = await join(b);
      const ids = [1, 2, 3].map(() => contender.ask("hello", { resume }));
      const [one, ...others] = await Promise.all(ids.map((id) => contender.answer(id)));
      assertEquals(one.result.ticket, ticket);
      assertEquals(others.map(({ error }) => error.data.reason), ["unauthenticated", "unauthenticated"]);
      assertEquals((await contender.request("roster")).result.members.length, 1);
    }, { session: `present_ms = ${PRESENT_MS}` });
  },
});

Deno.test({
  name: "a seat of another server is released when that is answered, and not by a server that is suspended",
  ignore,
  async fn() {
    await withTwoServers(async ({ nats, a, b, join }) => {
      const first = await join(a);
      const second = await join(b);
      const { resume } = first.welcome;
      nats.signal("SIGSTOP");
      await second.request("ping");
      while (!b.journal.isSuspended) await delay(50);
      const { error } = await second.request("leave", { resume });
      nats.signal("SIGCONT");
      assertEquals(error.data.reason, "unavailable");
      while (b.journal.isSuspended) await delay(50);
      assertEquals((await second.request("roster")).result.members.length, 2);
      assertEquals((await second.request("leave", { resume })).result, {});
      assertEquals((await second.request("roster")).result.members.length, 1);
      await first.ended();
    });
  },
});

for (const kind of ["leave", "withdraw"]) {
  Deno.test({
    name: `a client that resumes a seat has given up its other place before, even if that ${kind} comes late`,
    ignore,
    async fn() {
      const late = Promise.withResolvers<void>();
      await withTwoServers(async ({ a, b, join, connect }) => {
        const first = await join(a);
        const { resume, ticket } = first.welcome;
        const back = kind === "leave" ? await join(b) : await connect(b);
        if (kind === "withdraw") await back.note("waiting");
        const id = back.ask("hello", { resume });
        await delay(200);
        late.resolve();
        assertEquals((await back.answer(id)).result.ticket, ticket);
        assertEquals((await back.request("roster")).result.members.length, 1);
        assertEquals(b.journal.state.waiting.size, 0);
      }, {
        capacity: kind === "leave" ? 2 : 1,
        waitingCapacity: 2,
        wrap: (log) => lateLog(log, [kind], late.promise),
      });
    },
  });
}
