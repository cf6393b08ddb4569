/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// Text of others cannot rearrange the page's own words: controls are visible, and reading directions are isolated.

import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import type { Activity } from "../../../src/web/messages/mod.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { startServer } from "../../support/server/start_server.ts";
import { browserTest, shown, textsOf } from "../../support/web/browser.ts";
import { sampleMember } from "../../support/web/page_samples.ts";

/** Turns the reading direction, rings the bell, and is read from right to left. */
const HOSTILE = "\u202e\u2067\x07\ufeff\u05d0\u05d1";
const VISIBLE = "\\u202e\\u2067\\x07\\ufeff\u05d0\u05d1";
/** As an argument, in quotes. */
const QUOTED = VISIBLE.replace("\\x07", "\\u0007");

const CLIENT = { name: HOSTILE, address: HOSTILE, rank: 1, ticket: 1 };
const COMMAND = { by: CLIENT, command: HOSTILE, args: [HOSTILE, `${HOSTILE} ${HOSTILE}`] };

const ACTIVITY: readonly Activity[] = [
  { id: 1, at: 0, kind: "command", ...COMMAND, executors: 3, count: 1, run: 7 },
  {
    id: 2,
    at: 0,
    kind: "run",
    run: 7,
    command: HOSTILE,
    counts: { executors: 1, failed: 1, [HOSTILE]: 1 },
    failures: [{ rank: 1, name: HOSTILE, status: HOSTILE }],
    ms: 1,
  },
  { id: 3, at: 0, kind: "refused", ...COMMAND, reason: HOSTILE, message: HOSTILE },
  { id: 4, at: 0, kind: "joined", client: CLIENT },
  { id: 5, at: 0, kind: "named", client: CLIENT },
  { id: 6, at: 0, kind: "away", client: CLIENT, reason: HOSTILE, keepMs: 1_000 },
  { id: 7, at: 0, kind: "left", client: CLIENT, reason: HOSTILE },
  { id: 8, at: 0, kind: "evicted", client: CLIENT, by: HOSTILE },
  { id: 9, at: 0, kind: "turned_away", client: CLIENT, reason: HOSTILE },
  { id: 10, at: 0, kind: "server", level: "error", text: HOSTILE },
];

/** What could deceive a person: texts and attributes with such characters, and texts that are not isolated. */
function findings(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const controls = /[\p{Bidi_Control}\ufeff]|(?![\n\t])\p{Control}/u;
    const found: string[] = controls.test(document.title) ? ["document.title"] : [];
    for (const element of document.querySelectorAll("body, body *")) {
      const path = `${element.parentElement?.className} > ${element.tagName}.${element.className}`;
      for (const { name, value } of element.attributes) {
        if (controls.test(value) && !["value", "data-key", "id", "class"].includes(name)) {
          found.push(`${path} [${name}]`);
        }
      }
      const own = [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE)
        .map(({ nodeValue }) => nodeValue ?? "").join("");
      if (controls.test(own)) found.push(path);
      const { unicodeBidi, display } = getComputedStyle(element);
      const isIsolated = /isolate|plaintext/.test(unicodeBidi) || !display.startsWith("inline");
      if (/\p{Script=Hebrew}/u.test(own) && !isIsolated && element.tagName !== "OPTION") {
        found.push(`${path} is not isolated`);
      }
    }
    return [...new Set(found)];
  });
}

browserTest("names, addresses, commands and log texts are visible and isolated", {
  session: { mayOperate: true, name: HOSTILE, needsToken: true },
  prepare: (server) => {
    const hostile = { name: HOSTILE, address: HOSTILE, node: HOSTILE };
    server.members = [sampleMember(1, hostile), sampleMember(2)];
    server.waiting = [{ place: 1, name: HOSTILE, address: HOSTILE }];
    server.activity.push(...ACTIVITY);
    const nodes = [{ id: HOSTILE, name: HOSTILE, version: "1", members: 1, address: HOSTILE }];
    server.figures = {
      ...server.figures,
      address: HOSTILE,
      leader: { ticket: 1, name: HOSTILE, leads_for_ms: 1_000 },
      cluster: { name: HOSTILE, node: HOSTILE, suspended: false, nodes },
    };
  },
}, async ({ page, server }) => {
  const summary = await shown(page, ".entry summary");
  await summary.click();
  assertEquals(
    (await textsOf(page, ".entry .what")).at(-1),
    `${VISIBLE} sent ${VISIBLE} "${QUOTED}" "${QUOTED} ${QUOTED}" to 3 members`,
  );
  assertEquals(await findings(page), []);
  server.change({ joined: [sampleMember(3, { name: HOSTILE })] });
  await page.waitForFunction(() => document.querySelector("#announcements")!.textContent!.includes("joined"));
  await page.fill("#search", `${HOSTILE} of no one`);
  await shown(page, "#line-empty");
  assertEquals(await findings(page), []);
  await page.fill("#search", "");
  await page.click("#row-seat-1");
  await shown(page, "dialog dd");
  assertEquals(await findings(page), []);
  await page.click("dialog >> text=Evict…");
  assertEquals(await page.textContent("dialog h2"), `Evict ${VISIBLE}?`);
  assertEquals(await findings(page), []);
  await page.click("dialog button.danger");
  await shown(page, ".notice");
  assertEquals(await findings(page), []);
});

let seatPort = 0;

browserTest("commands that arrive, outputs and refusals at a seat are visible and isolated", {
  session: { seats: true },
  get seatPort() {
    return seatPort;
  },
}, async ({ page }) => {
  const toml = `[commands.say]\ndescription = "Say \\u05d0"`;
  await using server = await startServer({ toml });
  seatPort = server.port;
  await using above = await RawClient.join(server.port);
  await above.request("hello", { name: "\u05d0 above" });
  await (await shown(page, "#seat-view-button")).click();
  await page.fill(".take-form input", "\u05d0 me");
  await page.click(".take-form .primary");
  await page.locator(".place", { hasText: "Rank 1" }).waitFor();
  await above.answer(above.ask("run", { command: "say", args: [HOSTILE] }));
  await shown(page, ".arrived li");
  assertEquals(await textsOf(page, ".arrived code"), [`say "${QUOTED}"`]);
  assertEquals(await findings(page), []);
  await using below = await RawClient.join(server.port);
  await below.request("hello", { name: "\u05d0 below" });
  await page.fill(".fields textarea", "plain");
  await page.click(".command-form .primary");
  const { id } = await below.message("execute");
  below.respond(id, { code: 1, stdout: `${HOSTILE}\n\tsecond\r\n`, stderr: HOSTILE });
  await shown(page, ".results pre");
  assertEquals(await textsOf(page, ".results pre"), [`${VISIBLE}\n\tsecond`, `stderr: ${VISIBLE}`]);
  assertEquals(await findings(page), []);
  await page.close();
});
