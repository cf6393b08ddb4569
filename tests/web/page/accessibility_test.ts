/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// What axe-core checks of WCAG 2.2 and of good practice: names, roles, contrast, landmarks; in both themes.

import { assertEquals } from "@std/assert";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { browserTest, NARROW, shown } from "../../support/web/browser.ts";
import type { PageServer } from "../../support/web/page_server.ts";
import { sampleActivity, sampleChart, sampleMember } from "../../support/web/page_samples.ts";

function someOfEverything(server: PageServer): void {
  server.members = [
    sampleMember(1, { leads: true, leaseMs: 10_000 }),
    sampleMember(2, { away: true }),
    sampleMember(3),
  ];
  server.waiting = [{ place: 1, name: "guest", address: "10.0.9.1:5000" }];
  server.activity = sampleActivity(Date.now());
  server.chart = sampleChart(Date.now());
}

/** One line for each element that violates a rule. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(() =>
    Promise.allSettled(document.getAnimations().map((animation) => animation.finished))
  );
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`)
  );
}

for (const colorScheme of ["light", "dark"] as const) {
  browserTest(`nothing in the way of people with disabilities is found in the ${colorScheme} theme`, {
    prepare: someOfEverything,
    session: { seats: true, mayOperate: true },
    browser: { colorScheme },
  }, async ({ page, open }) => {
    await shown(page, ".row");
    await page.click(".entry summary");
    assertEquals(await violations(page), []);
    await page.click(".row");
    await page.click("dialog >> text=Evict…");
    assertEquals(await violations(page), []);
    await page.keyboard.press("Escape");
    await page.click("#seat-view-button");
    assertEquals(await violations(page), []);
    const phone = await open({ viewport: NARROW, colorScheme });
    await shown(phone, ".row");
    for (const view of ["line", "activity", "chart", "seat"]) {
      await phone.click(`.views [data-view=${view}]`);
      assertEquals(await violations(phone), []);
    }
  });
}
