/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { assertEquals } from "@std/assert";
import type { Activity } from "../../../src/web/messages/mod.ts";
import { browserTest, isTooWide, NARROW, shown, textsOf, WIDE } from "../../support/web/browser.ts";
import { sampleActivity, sampleChart } from "../../support/web/page_samples.ts";

const BY = { name: "ada", address: "10.0.0.1:4000", rank: 0, ticket: 1 };

function command(id: number, run: number): Activity {
  return {
    id,
    at: Date.now(),
    kind: "command",
    by: BY,
    command: "restart",
    args: ["nginx"],
    executors: 3,
    count: 1,
    run,
  };
}

function ended(id: number, run: number): Activity {
  const failures = [{ rank: 1, name: "ben", status: "failed" }, { rank: 2, status: "timed_out" }];
  const counts = { executors: 3, ok: 1, failed: 1, timed_out: 1 };
  return { id, at: Date.now(), kind: "run", run, command: "restart", counts, failures, ms: 1_234 };
}

browserTest(
  "a command appears when it is sent, and its run ends in the same entry",
  {},
  async ({ page, server }) => {
    await shown(page, "#state[data-kind=live]");
    server.happen(command(1, 7));
    const entry = await shown(page, ".entry.command");
    assertEquals(await entry.locator(".what").textContent(), "ada sent restart nginx to 3 members");
    assertEquals(await entry.locator(".chip").allTextContents(), ["running"]);
    server.happen(ended(2, 7));
    await shown(page, ".entry.has-failures");
    assertEquals(await entry.locator("summary .chip").allTextContents(), ["1 ok", "1 failed", "1 timed out"]);
    assertEquals(await entry.locator(".took").textContent(), "1.2 s");
    assertEquals(await page.locator(".entry").count(), 1);
  },
);

browserTest("a client that joined and then sent its name is one entry", {}, async ({ page, server }) => {
  await shown(page, "#state[data-kind=live]");
  const client = { address: "10.0.0.9:4000", rank: 4, ticket: 9 };
  const at = Date.now();
  const named = { ...client, name: "ivy" };
  server.happen({ id: 1, at, kind: "joined", client }, { id: 2, at, kind: "named", client: named });
  await shown(page, ".entry");
  const renamed = { ...client, name: "jay" };
  server.happen({ id: 3, at: at + 60_000, kind: "named", client: renamed });
  await page.locator(".entry").nth(1).waitFor();
  assertEquals(await textsOf(page, ".entry .what"), [
    "10.0.0.9:4000 is now named jay",
    "ivy joined at rank 4",
  ]);
});

browserTest("failures open on a click and with the keyboard", {}, async ({ page, server }) => {
  server.happen(command(1, 7), ended(2, 7));
  await shown(page, "#state[data-kind=live]");
  const summary = await shown(page, ".entry summary");
  const rows = page.locator(".entry tbody tr");
  assertEquals(await rows.first().isVisible(), false);
  await summary.click();
  await rows.first().waitFor();
  assertEquals(
    await rows.evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent))),
    [
      ["1", "ben", "failed"],
      ["2", "no name", "timed out"],
    ],
  );
  await summary.focus();
  await page.keyboard.press("Enter");
  await rows.first().waitFor({ state: "hidden" });
});

browserTest("a long name leaves room for the status of its failure", {}, async ({ page, server }) => {
  const failures = [{ rank: 1, name: "W".repeat(64), status: "timed_out" }];
  server.happen(command(1, 7), { ...ended(2, 7), failures } as Activity);
  await (await shown(page, ".entry summary")).click();
  for (const viewport of [WIDE, NARROW]) {
    await page.setViewportSize(viewport);
    assertEquals(await isTooWide(page, ".entry, .entries"), false);
  }
});

browserTest("the filters show commands, seats or failures, with their counts", {
  prepare: (server) => void server.activity.push(...sampleActivity(Date.now())),
}, async ({ page }) => {
  await shown(page, ".entry");
  assertEquals(await textsOf(page, "#filters button"), ["All 9", "Commands 4", "Seats 3", "Failures 3"]);
  await page.click("text=Failures 3");
  assertEquals(await page.locator(".entry:visible .what").allTextContents(), [
    "192.168.7.20:51234 was not let in: unauthenticated",
    'cache-8 sent reboot, refused: Only rank 0 may send "reboot"',
    "web-1 sent restart nginx to 8 members",
  ]);
});

browserTest("of very many entries the newest 200 stay", {}, async ({ page, server }) => {
  await shown(page, "#state[data-kind=live]");
  for (let id = 1; id <= 1_000; id++) server.happen(command(id, id));
  await page.waitForFunction(() => document.querySelectorAll(".entry").length === 200);
  assertEquals((await textsOf(page, "#filters button"))[0], "All 200");
});

browserTest("the charts of the last hour have names, and are read with the arrow keys", {
  prepare: (server) => void server.chart.push(...sampleChart(Date.now())),
}, async ({ page, server }) => {
  await shown(page, ".plot .line[d]");
  const names = () =>
    page.locator(".plot svg").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
  assertEquals((await names())[0], "Members: now 14, lowest 6, highest 14 in the last hour");
  server.measure({ at: Date.now() + 10_000, members: 3, commandsPerSecond: 0, failures: 7 });
  await page.waitForFunction(() => document.querySelector(".plot-value")!.textContent === "3");
  await page.focus("#plots");
  await page.keyboard.press("ArrowLeft");
  const read = (await page.textContent("#chart-readout"))!;
  assertEquals(read.slice(read.indexOf(": ")), ": 3 members, 0 commands/s, 7 failures");
  await page.keyboard.press("ArrowLeft");
  assertEquals((await page.textContent("#chart-readout"))!.includes("14 members"), true);
});
