/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// How the page looks: two themes, two widths. With PAGE_SCREENSHOTS=DIR the pictures of docs/web.md are written.

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { startServer } from "../../support/server/start_server.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { browserTest, NARROW, shown, WIDE } from "../../support/web/browser.ts";
import type { PageServer } from "../../support/web/page_server.ts";
import { sampleActivity, sampleChart, sampleMember } from "../../support/web/page_samples.ts";

const FOLDER = Deno.env.get("PAGE_SCREENSHOTS");
const IN_DOCS = new Set([
  "wide-light",
  "wide-dark",
  "wide-seat",
  "narrow-light",
  "narrow-dark",
  "narrow-seat",
]);

const NAMES = ["web-1", "Ann", "Ben", "db-4", "db-5", "queue-6"];

const COMMANDS = `
[commands.uptime]
args = []
[commands.restart]
description = "Restart a service"
args = [{ name = "service", one_of = ["nginx", "postgres"] }]
`;

/** A server with some history. */
function busyServer(server: PageServer): void {
  const now = Date.now();
  server.members = Array.from({ length: 14 }, (_, index) => sampleMember(index + 1));
  server.members[0] = { ...server.members[0]!, name: "web-1", leads: true, leaseMs: 10_000 };
  server.members[3] = { ...server.members[3]!, leaseMs: 10_000 };
  server.members[8] = { ...server.members[8]!, away: true };
  server.waiting = [1, 2].map((place) => ({
    place,
    name: `guest-${place}`,
    address: `10.0.9.${place}:50000`,
  }));
  server.activity = sampleActivity(now);
  server.chart = sampleChart(now);
  const leader = { ticket: 1, name: "web-1", leads_for_ms: 754_000 };
  server.figures = { ...server.figures, leader, runs_in_flight: 1 };
}

/** What scrolls, if at all, upwards and downwards. */
const PARTS = ".top, .views, .panel, .grid, .entries, .plots, .seat-body, dialog";

async function picture(page: Page, name: string): Promise<void> {
  // Rows and dialogs have come to rest.
  await page.evaluate(() =>
    Promise.allSettled(document.getAnimations().map((animation) => animation.finished))
  );
  const tooWide = await page.evaluate(
    (parts) =>
      [document.documentElement, ...document.querySelectorAll(parts)]
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
        .map(({ tagName, id, className }) => `${tagName} ${id} ${className}`),
    PARTS,
  );
  assertEquals(tooWide, [], `${name} has parts with a horizontal scroll bar`);
  const isWritten = FOLDER !== undefined && IN_DOCS.has(name);
  const bytes = await page.screenshot(isWritten ? { path: join(FOLDER, `${name}.png`) } : {});
  assert(bytes.length > 10_000, `${name} is almost empty`);
}

/** 0 is black, 255 white. */
function brightness(page: Page): Promise<number> {
  return page.evaluate(() => {
    const [red, green, blue] = getComputedStyle(document.body).backgroundColor.match(/\d+/g)!.map(Number);
    return (red! + green! + blue!) / 3;
  });
}

browserTest("the page follows the system's theme, on a wide screen and on a phone", {
  prepare: busyServer,
  session: { seats: true, mayOperate: true },
}, async ({ open }) => {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const [width, viewport] of [["wide", WIDE], ["narrow", NARROW]] as const) {
      const page = await open({ viewport, colorScheme });
      await shown(page, ".row");
      await page.locator(".plot .line[d]").first().waitFor({ state: "attached" });
      await picture(page, `${width}-${colorScheme}`);
      assertEquals(await brightness(page) > 128, colorScheme === "light");
    }
  }
});

browserTest("the button changes the theme, and it stays after a reload", {
  prepare: busyServer,
  browser: { colorScheme: "light" },
}, async ({ page }) => {
  await page.click("text=Dark theme");
  assert(await brightness(page) < 128);
  await page.reload();
  await shown(page, ".row");
  assert(await brightness(page) < 128);
  await page.click("text=Light theme");
  assert(await brightness(page) > 128);
});

browserTest("on a phone, each view fits", {
  prepare: busyServer,
  session: { seats: true },
  browser: { viewport: NARROW },
}, async ({ page }) => {
  await shown(page, ".row");
  await page.click("text=Activity");
  await page.click(".entry summary");
  await picture(page, "narrow-activity");
  await page.click("text=Last hour");
  await picture(page, "narrow-chart");
  await page.click(".views >> text=Take a seat");
  await picture(page, "narrow-take-a-seat");
});

browserTest("a member's details, the QR code and the form for the token fit", {
  prepare: busyServer,
  session: { mayOperate: true },
  browser: { viewport: NARROW },
}, async ({ page }) => {
  await (await shown(page, ".row")).click();
  await picture(page, "narrow-member");
  await page.keyboard.press("Escape");
  await page.click("text=QR code");
  await picture(page, "narrow-qr");
});

browserTest("the form for the token is alone on the page", {
  token: "secret",
  expectedErrors: /401/,
}, async ({ page }) => {
  await shown(page, "dialog");
  await picture(page, "wide-log-in");
});

let seatPort = 0;
browserTest("a seat with the results of a run", {
  get seatPort() {
    return seatPort;
  },
  session: { seats: true },
  prepare: (server) => {
    busyServer(server);
    server.members = NAMES.map((name, index) => sampleMember(index + 1, { name }));
    server.waiting = [];
    server.figures = { ...server.figures, leader: undefined };
  },
}, async ({ page, server, open }) => {
  await using ranks = await startServer({ toml: COMMANDS });
  seatPort = ranks.port;
  const above = await RawClient.join(ranks.port);
  const phone = await open({ viewport: NARROW });
  for (const [seat, name] of [[page, "Ann"], [phone, "Ben"]] as const) {
    await seat.click("#seat-view-button");
    await seat.fill(".take-form input", name);
    await seat.click(".take-form .primary");
    await shown(seat, ".is-seated");
  }
  const below: RawClient[] = [];
  for (const name of NAMES.slice(3)) {
    const client = await RawClient.join(ranks.port);
    await client.request("hello", { name });
    below.push(client);
  }
  await above.request("hello", { name: NAMES[0] });
  await above.request("run", { command: "restart", args: ["postgres"], to: [1, 2] });
  await above.close();
  server.change({ left: [1] });
  await page.locator(".place", { hasText: "Rank 0" }).waitFor();
  await page.selectOption(".command-form select", "uptime");
  await page.click(".command-form .primary");
  for (const [index, client] of below.entries()) {
    const { id } = await client.message("execute");
    client.respond(
      id,
      index < 2 ? { code: 0, stdout: "up 3 days\n" } : { code: 2, stderr: "no such host\n" },
    );
  }
  await page.locator(".run-state", { hasText: "executors" }).waitFor();
  await phone.locator(".arrived li").nth(1).waitFor();
  await picture(page, "wide-seat");
  await picture(phone, "narrow-seat");
  await phone.close();
  await page.close();
  for (const client of below) await client.close();
});
