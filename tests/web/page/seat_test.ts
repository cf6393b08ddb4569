/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { assertEquals, assertMatch } from "@std/assert";
import type { Page } from "playwright-core";
import type { RankServer } from "../../../src/server/rank_server.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { startServer } from "../../support/server/start_server.ts";
import { browserTest, isTooWide, NARROW, shown, textsOf, WIDE } from "../../support/web/browser.ts";
import type { PageServer } from "../../support/web/page_server.ts";
import { sampleMember } from "../../support/web/page_samples.ts";

const TOML = `
max_clients = 3
[session]
overflow = "wait"
[commands.uptime]
[commands.restart]
description = "Restart a service"
args = [{ name = "service", one_of = ["nginx", "postgres"] }, { name = "delay", integer = true, min = 0, max = 60, optional = true }]
[commands.reboot]
max_rank = 0
args = []
`;

const SEATS = { session: { seats: true } };

interface Room {
  readonly page: Page;
  readonly server: RankServer;
  readonly web: PageServer;
  /** A member with rank 0. */
  readonly above: RawClient;
  join(): Promise<RawClient>;
}

/** Seats of a real server, and the same members in the line of the page. */
function seatTest(
  name: string,
  run: (room: Room) => Promise<void>,
  toml = TOML,
): void {
  let port = 0;
  browserTest(name, {
    ...SEATS,
    get seatPort() {
      return port;
    },
    prepare: (server) => void (server.members = [1, 2, 3].map((ticket) => sampleMember(ticket))),
  }, async ({ page, server: web }) => {
    await using server = await startServer({ toml });
    port = server.port;
    const clients: RawClient[] = [];
    const join = async () => {
      const client = await RawClient.join(port);
      clients.push(client);
      return client;
    };
    const above = await join();
    await (await shown(page, "#seat-view-button")).click();
    await run({ page, server: server.server, web, above, join });
    await page.close();
    for (const client of clients) await client.close();
  });
}

async function take(page: Page, name: string): Promise<void> {
  await page.fill(".take-form input[name=name]", name);
  await page.click(".take-form button.primary");
}

async function untilPlace(page: Page, text: string): Promise<void> {
  await page.locator(".place", { hasText: text }).waitFor();
}

seatTest("a seat is taken with a name, promoted, and given up", async ({ page, above, join }) => {
  await take(page, "Ann");
  await untilPlace(page, "Rank 1 of 2 members");
  assertEquals(await page.textContent("#seat-view-button"), "Your rank: 1");
  assertEquals(await textsOf(page, ".row.own .rank"), ["1"]);
  const roster = (await above.answer(above.ask("roster"))).result;
  assertEquals(roster.members[1].name, "Ann");
  const below = await join();
  await above.close();
  await untilPlace(page, "Rank 0 of 2 members");
  await page.waitForFunction(() =>
    document.querySelector("#announcements")!.textContent!.includes("You are promoted from rank 1 to rank 0")
  );
  await page.click("text=Leave");
  await shown(page, ".take-form");
  assertEquals([(await below.note("promoted")).rank, (await below.note("promoted")).rank], [1, 0]);
  assertEquals(await page.textContent("#seat-view-button"), "Take a seat");
});

seatTest("the number of members follows the line, also when one joins below", async ({ page, web }) => {
  await take(page, "Ann");
  await untilPlace(page, "Rank 1 of 2 members");
  web.change({ joined: [sampleMember(4)] });
  await untilPlace(page, "Rank 1 of 4 members");
  // Older than the seat.
  web.change({ left: [2, 3, 4] });
  web.change({ joined: [sampleMember(5), sampleMember(6)] });
  await untilPlace(page, "Rank 1 of 3 members");
});

seatTest("a command that arrives is shown, and answered as delivered", async ({ page, above }) => {
  await take(page, "Ann");
  await untilPlace(page, "Rank 1");
  const run = above.ask("run", { command: "restart", args: ["nginx"] });
  const { result } = await above.answer(run);
  assertEquals([result.delivered, result.results[0].reason], [1, "shown in a browser"]);
  await shown(page, ".arrived li");
  assertEquals(await textsOf(page, ".arrived code"), ["restart nginx"]);
  assertMatch((await textsOf(page, ".arrived .from"))[0]!, /^from .*, rank 0$/);
});

seatTest(
  "commands are sent with a form made from the rules, and the results are a table",
  async ({ page, above, join }) => {
    await take(page, "Ann");
    await untilPlace(page, "Rank 1");
    const below = await join();
    await above.close();
    await untilPlace(page, "Rank 0");
    await page.selectOption(".command-form select", "restart");
    assertEquals(await textsOf(page, ".fields .field > span"), ["service", "delay (optional)"]);
    assertEquals(await textsOf(page, ".fields option"), ["nginx", "postgres"]);
    await page.fill(".fields input", "99");
    await page.click("text=Send >> nth=-1");
    assertEquals(await page.locator(".fields input:invalid").count(), 1);
    await page.fill(".fields input", "5");
    await page.click(".command-form .primary");
    const execute = await below.message("execute");
    assertEquals(execute.params.args, ["nginx", "5"]);
    below.send({ jsonrpc: "2.0", id: execute.id, result: { code: 3, stderr: "no such service\n" } });
    await page.locator(".run-state", { hasText: "1 executor: 1 failed" }).waitFor();
    assertEquals(await textsOf(page, ".results tbody .chip"), ["failed, exit 3"]);
    assertEquals(await textsOf(page, ".results tbody .ranks"), ["1"]);
    assertEquals(await textsOf(page, ".results pre"), ["stderr: no such service"]);
  },
);

seatTest("a long name leaves room for the output", async ({ page, above, join }) => {
  await take(page, "Ann");
  await untilPlace(page, "Rank 1");
  const below = await join();
  await below.request("hello", { name: "W".repeat(64) });
  await above.close();
  await untilPlace(page, "Rank 0");
  await page.selectOption(".command-form select", "uptime");
  await page.click(".command-form .primary");
  const execute = await below.message("execute");
  below.send({ jsonrpc: "2.0", id: execute.id, result: { code: 0, stdout: "up 3 days\n" } });
  await shown(page, ".results pre");
  for (const viewport of [WIDE, NARROW]) {
    await page.setViewportSize(viewport);
    assertEquals(await isTooWide(page, ".table-box"), false);
  }
});

seatTest("a check sends nothing, and a run can be cancelled", async ({ page, above, join }) => {
  await take(page, "Ann");
  await untilPlace(page, "Rank 1");
  const below = await join();
  await above.close();
  await untilPlace(page, "Rank 0");
  await page.click("text=Check only");
  await page.locator(".run-state", { hasText: "Would be sent to 1 member" }).waitFor();
  assertEquals(below.notes("execute"), []);
  await page.click(".command-form .primary");
  await below.message("execute");
  await page.click(".run-head >> text=Cancel");
  await page.locator(".run-state", { hasText: "1 cancelled" }).waitFor();
});

seatTest("refusals are shown: by the server, and of a rank that is not there", async ({ page }) => {
  await take(page, "Ann");
  await untilPlace(page, "Rank 1");
  await page.click(".command-form .primary");
  await page.locator(".run-state", { hasText: "Refused: No client ranks below you" }).waitFor();
  await page.fill(".command-form [name=ranks]", "7");
  await page.click(".command-form .primary");
  assertMatch((await page.textContent(".command-form .problem"))!, /^Ranks are numbers from 0 to 2/);
});

seatTest("an evicted page says so, and can take another seat", async ({ page, server }) => {
  await take(page, "Ann");
  await untilPlace(page, "Rank 1");
  await server.evict({ rank: 1 });
  await page.locator(".take-form .problem", { hasText: "This client was evicted" }).waitFor();
  await take(page, "Ann again");
  await untilPlace(page, "Rank 1");
});

seatTest("a seat survives a broken connection", async ({ page, web, above }) => {
  await take(page, "Ann");
  await untilPlace(page, "Rank 1 of 2 members");
  const before = (await above.request("roster")).result.members[1];
  web.cutSeats();
  await untilPlace(page, "The connection broke, reconnecting");
  await untilPlace(page, "Rank 1 of 2 members");
  const { members } = (await above.request("roster")).result;
  assertEquals([members.length, members[1].ticket, members[1].away], [2, before.ticket, undefined]);
}, "session.resume_grace_ms = 10_000");

seatTest("without a free seat the page waits for one", async ({ page, above, join }) => {
  await join();
  await join();
  await take(page, "Ann");
  await untilPlace(page, "Number 1 in the waiting room");
  await above.close();
  await untilPlace(page, "Rank 2 of 3 members");
});

browserTest(
  "where no seats are given, none is offered; the address is a QR code",
  {},
  async ({ page, open }) => {
    await shown(page, "#state[data-kind=live]");
    assertEquals(await page.isVisible("#seat-view-button"), false);
    await page.click("#show-qr");
    await shown(page, "dialog .qr path");
    assertEquals(await page.textContent(".qr-address"), page.url());
    const phone = await open({ viewport: NARROW });
    await shown(phone, "#state[data-kind=live]");
    assertEquals(await phone.locator(".views button:visible").allTextContents(), [
      "Seats",
      "Activity",
      "Last hour",
    ]);
  },
);
