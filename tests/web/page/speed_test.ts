/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// How smooth the page is; printed, because a machine that does other things draws fewer frames.

import { assert, assertEquals } from "@std/assert";
import { browserTest, shown } from "../../support/web/browser.ts";
import { sampleMember } from "../../support/web/page_samples.ts";

const MEMBERS = 1_000;
const CHANGES_PER_SECOND = 200;
/** As often as the server looks. */
const BATCH_MS = 250;
const SECONDS = 5;

browserTest("1,000 members with 200 changes per second", {
  prepare: (server) => {
    server.members = Array.from({ length: MEMBERS }, (_, index) => sampleMember(index + 1));
  },
}, async ({ page, server }) => {
  await shown(page, ".row");
  await page.evaluate(() => {
    const times: number[] = [];
    const frame = (now: number) => {
      times.push(now);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    Object.assign(globalThis, { frameTimes: times });
  });
  // Half of the changes are departures from the upper half, where they promote everybody below.
  const each = CHANGES_PER_SECOND * BATCH_MS / 1_000 / 2;
  let ticket = MEMBERS;
  for (let batch = 0; batch < SECONDS * 1_000 / BATCH_MS; batch++) {
    const left = server.members.slice(0, MEMBERS / 2).filter((_, index) => index % 20 === batch % 20)
      .slice(0, each).map((member) => member.ticket);
    const joined = Array.from({ length: each }, () => sampleMember(++ticket));
    server.change({ joined, left });
    server.happen({
      id: ticket,
      at: Date.now(),
      kind: "command",
      by: { address: "10.0.0.1:4000", rank: 0 },
      command: "uptime",
      executors: 3,
      count: 1,
    });
    await new Promise((resolve) => setTimeout(resolve, BATCH_MS));
  }
  const times = await page.evaluate(() => (globalThis as unknown as { frameTimes: number[] }).frameTimes);
  const gaps = times.slice(1).map((time, index) => time - times[index]!).sort((a, b) => a - b);
  const perSecond = gaps.length / ((times.at(-1)! - times[0]!) / 1_000);
  const at = (part: number) => gaps[Math.floor(part * (gaps.length - 1))]!.toFixed(0);
  console.log(
    `${perSecond.toFixed(0)} frames per second; between two frames: ` +
      `median ${at(0.5)} ms, 99 % at most ${at(0.99)} ms, longest ${at(1)} ms`,
  );
  assert(await page.locator(".row").count() < 50);
  const last = server.members.length;
  assertEquals(await page.textContent("#figure-members"), `${last.toLocaleString("en-US")} of 20`);
  await page.focus("#grid");
  await page.keyboard.press("End");
  await shown(page, `#row-seat-${ticket}`);
  assertEquals(await page.textContent(`#row-seat-${ticket} .rank`), String(last - 1));
});
