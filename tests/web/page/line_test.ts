/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { browserTest, shown, textsOf } from "../../support/web/browser.ts";
import type { PageServer } from "../../support/web/page_server.ts";
import { sampleMember } from "../../support/web/page_samples.ts";

const LEADER = { leads: true, leaseMs: 10_000 } as const;

function fiveSeats(server: PageServer): void {
  server.members = [
    sampleMember(1, { name: "ada", ...LEADER }),
    sampleMember(2, { name: "ben" }),
    sampleMember(3, { name: "cleo", away: true }),
    sampleMember(4, { name: "dan" }),
    sampleMember(5, { name: "eve" }),
  ];
  server.waiting = [{ place: 1, name: "finn", address: "10.1.1.1:5000" }];
}

/** "rank name" of each row in view, as a person sees them: from top to bottom. */
async function line(page: Page): Promise<string[]> {
  return await page.locator(".row:not(.leaving)").evaluateAll((rows) =>
    rows.map((row) => ({
      top: row.getBoundingClientRect().top,
      text: `${row.querySelector(".rank")!.textContent} ${row.querySelector(".name-text")!.textContent}`
        .trim(),
    })).sort((a, b) => a.top - b.top).map(({ text }) => text)
  );
}

/** Notes which rows are animated, also those that have come to rest by the time they are asked for. */
async function watchAnimations(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const seen = new Set<string>();
    const note = (row: Node) => {
      if (!(row instanceof HTMLElement)) return;
      for (const kind of ["joined", "leaving", "promoted"]) {
        if (row.classList.contains(kind)) seen.add(`${kind} ${row.querySelector(".name-text")!.textContent}`);
      }
    };
    new MutationObserver((records) => {
      for (const { target, addedNodes } of records) [target, ...addedNodes].forEach(note);
    }).observe(document.querySelector("#rows")!, {
      subtree: true,
      childList: true,
      attributeFilter: ["class"],
    });
    Object.assign(globalThis, { animated: seen });
  });
  return () => page.evaluate(() => [...(globalThis as unknown as { animated: Set<string> }).animated].sort());
}

const SEATS = ["0 ada", "1 ben", "2 cleo", "3 dan", "4 eve", "Waiting for a seat: 1", "1. finn"];

browserTest(
  "the page shows the line: ranks, the leader, who is away, who waits",
  { prepare: fiveSeats },
  async ({ page }) => {
    await shown(page, ".row");
    assertEquals(await line(page), SEATS);
    assertEquals(await textsOf(page, ".row.leader .name-text"), ["ada"]);
    assertEquals(await textsOf(page, ".row.leader .lease"), ["10 s"]);
    assertEquals(await textsOf(page, ".row.away .badge"), ["Away"]);
    assertEquals(await page.textContent("#figure-members"), "5 of 20");
    assertEquals(await page.textContent("#state"), "Live");
  },
);

browserTest(
  "a promotion is seen, and told to a screen reader",
  { prepare: fiveSeats },
  async ({ page, server }) => {
    await shown(page, ".row");
    const animated = await watchAnimations(page);
    server.change({ left: [1] });
    await page.waitForFunction(() => document.querySelectorAll(".row:not(.leaving)").length === 6);
    await page.locator(".rows").evaluate((rows) =>
      Promise.allSettled(rows.getAnimations({ subtree: true }).map((animation) => animation.finished))
    );
    assertEquals((await line(page)).slice(0, 2), ["0 ben", "1 cleo"]);
    await page.waitForFunction(() => document.querySelector("#announcements")!.textContent !== "");
    assertEquals(await page.textContent("#announcements"), "ada left. ben now has rank 0.");
    server.change({ joined: [sampleMember(9, { name: "gus" })] });
    await page.waitForFunction(() => document.querySelector("#row-seat-9") !== null);
    assertEquals(await page.textContent("#row-seat-9 .rank"), "4");
    const promoted = ["ben", "cleo", "dan", "eve"].map((name) => `promoted ${name}`);
    assertEquals(await animated(), ["joined gus", "leaving ada", ...promoted]);
  },
);

browserTest(
  "who wants less motion gets none",
  { prepare: fiveSeats, browser: { reducedMotion: "reduce" } },
  async ({ page, server }) => {
    const row = await shown(page, ".row");
    assertEquals(await row.evaluate((element) => getComputedStyle(element).transitionDuration), "0s");
    server.change({ left: [1] });
    await page.waitForFunction(() => document.querySelector("#row-seat-2 .rank")!.textContent === "0");
    assertEquals(
      await page.locator(".rows").evaluate((rows) => rows.getAnimations({ subtree: true }).length),
      0,
    );
  },
);

browserTest(
  "the search finds names, addresses and ranks",
  { prepare: fiveSeats },
  async ({ page, server }) => {
    await shown(page, ".row");
    await page.keyboard.press("/");
    await page.keyboard.type("E");
    await page.waitForFunction(() => document.querySelector("#line-count")!.textContent === "3 matches");
    assertEquals(await line(page), ["1 ben", "2 cleo", "4 eve"]);
    server.change({ joined: [sampleMember(7, { name: "zoe" })] });
    await page.waitForFunction(() => document.querySelector("#line-count")!.textContent === "4 matches");
    await page.fill("#search", "10.1.1.1");
    await page.waitForFunction(() => document.querySelectorAll(".row").length === 2);
    assertEquals(await line(page), ["Waiting for a seat: 1", "1. finn"]);
    await page.fill("#search", "nothing like it");
    assertEquals(
      await (await shown(page, "#line-empty")).textContent(),
      "Nothing matches “nothing like it”.",
    );
  },
);

browserTest(
  "the arrow keys move in the line, Enter opens a member, Escape closes it",
  { prepare: fiveSeats },
  async ({ page, server }) => {
    await shown(page, ".row");
    await page.focus("#grid");
    for (const key of ["ArrowDown", "ArrowDown", "ArrowDown"]) await page.keyboard.press(key);
    const active = () => page.getAttribute("#grid", "aria-activedescendant");
    assertEquals(await active(), "row-seat-3");
    // It stays with its member, whatever rank that has.
    server.change({ left: [1] });
    await page.waitForFunction(() => document.querySelector("#row-seat-3 .rank")!.textContent === "1");
    assertEquals(await active(), "row-seat-3");
    await page.keyboard.press("Enter");
    const dialog = await shown(page, "dialog");
    assertEquals(await dialog.locator("h2").textContent(), "cleo");
    assertEquals(await dialog.locator("button").allTextContents(), ["Close"]);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assertEquals(await page.evaluate(() => document.activeElement!.id), "grid");
    await page.keyboard.press("End");
    assertEquals(await active(), "row-waiting-10.1.1.1:5000");
  },
);

const manySeats = (server: PageServer) => {
  server.members = Array.from({ length: 1_000 }, (_, index) => sampleMember(index + 1));
};

browserTest("of 1,000 members only those in view are drawn", { prepare: manySeats }, async ({ page }) => {
  await shown(page, ".row");
  assert(await page.locator(".row").count() < 50);
  assertEquals(await page.getAttribute("#grid", "aria-rowcount"), "1001");
  await page.focus("#grid");
  await page.keyboard.press("End");
  await shown(page, "#row-seat-1000");
  assert(await page.locator(".row").count() < 50);
  assertEquals(await page.textContent("#row-seat-1000 .rank"), "999");
  assertEquals(await page.getAttribute("#row-seat-1000", "aria-rowindex"), "1001");
});

browserTest(
  "after a lost connection the page says so, and then shows what is",
  { prepare: fiveSeats },
  async ({ page, server }) => {
    await shown(page, ".row");
    server.members = [sampleMember(2, { name: "ben" })];
    server.waiting = [];
    server.dropStreams();
    await shown(page, "#state[data-kind=lost]");
    await shown(page, "#state[data-kind=live]");
    await page.waitForFunction(() => document.querySelectorAll(".row").length === 1);
    assertEquals(await line(page), ["0 ben"]);
  },
);
