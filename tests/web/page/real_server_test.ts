/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// The page of a real server: what its members do is seen, in two browsers.

import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { PAGE_ASSETS } from "../../../src/web/page/mod.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { tokenOf, tokensToml } from "../../support/server/tokens.ts";
import { chromiumTest, NARROW, shown, textsOf } from "../../support/web/browser.ts";
import { WebGround } from "../../support/web/web_ground.ts";

const TOML = `
[web]
seats = true
[commands.uptime]
args = []
`;

/** Without a word, a seat is kept for its member. */
const KEEPING = `${TOML}[session]\nresume_grace_ms = 600_000\n`;

async function join(port: number, name: string): Promise<RawClient> {
  const client = await RawClient.join(port);
  await client.request("hello", { name });
  return client;
}

/** Waits until the line has these names, in rank order. */
async function untilLine(page: Page, ...names: string[]): Promise<void> {
  await page.waitForFunction(
    (expected) =>
      JSON.stringify(
        [...document.querySelectorAll(".row:not(.leaving)")]
          .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
          .map((row) => row.querySelector(".name-text")!.textContent),
      ) === expected,
    JSON.stringify(names),
  );
}

chromiumTest("two pages see three clients, a promotion, a run and its failures", {}, async (open) => {
  await using ground = await WebGround.start({ toml: TOML, assets: PAGE_ASSETS });
  const { port } = ground.ranks;
  const url = `http://127.0.0.1:${ground.port}/`;
  const pages = [await open(url), await open(url, { viewport: NARROW })] as const;
  const [ada, ben, cleo] = [await join(port, "ada"), await join(port, "ben"), await join(port, "cleo")];
  for (const page of pages) await untilLine(page, "ada", "ben", "cleo");
  const run = ben.ask("run", { command: "uptime" });
  const { id } = await cleo.message("execute");
  cleo.respond(id, { code: 1 });
  await ben.answer(run);
  const [wide, narrow] = pages;
  await wide.click(".entry summary");
  const failure = wide.locator(".entry tbody tr");
  assertEquals(await failure.locator("td").allTextContents(), ["2", "cleo", "failed"]);
  await ada.close();
  for (const page of pages) {
    await untilLine(page, "ben", "cleo");
    assertEquals(await page.locator(".row .rank").first().textContent(), "0");
  }
  await narrow.click("text=Activity");
  assertEquals((await textsOf(narrow, ".entry .what")).slice(0, 2), [
    "ada left",
    "ben sent uptime to 1 member",
  ]);
  for (const page of pages) await page.close();
  for (const client of [ben, cleo]) await client.close();
});

chromiumTest("a seat that is taken in one browser is seen in the other, and given up", {}, async (open) => {
  await using ground = await WebGround.start({ toml: KEEPING, assets: PAGE_ASSETS });
  const url = `http://127.0.0.1:${ground.port}/`;
  const watching = await open(url);
  const sitting = await open(url, { viewport: NARROW });
  const ada = await join(ground.ranks.port, "ada");
  await (await shown(sitting, "#seat-view-button")).click();
  await sitting.fill(".take-form input", "Zoë 🙂");
  await sitting.click(".take-form .primary");
  await untilLine(watching, "ada", "Zoë 🙂");
  const run = ada.ask("run", { command: "uptime" });
  assertEquals((await ada.answer(run)).result.delivered, 1);
  await shown(sitting, ".arrived li");
  await sitting.click("text=Leave");
  await untilLine(watching, "ada");
  // Closing the page gives the seat up, too.
  await sitting.click(".take-form .primary");
  await untilLine(watching, "ada", "Zoë 🙂");
  await sitting.close({ runBeforeUnload: true });
  await untilLine(watching, "ada");
  await watching.close();
  await ada.close();
});

chromiumTest("a token opens the page, evicts, and closes the page when it is revoked", {
  expectedErrors: /401|ERR_/,
}, async (open) => {
  const tokens = tokensToml({ ops: "watch = true\nevict = true", ada: "" });
  await using ground = await WebGround.start({ toml: TOML, tokens, assets: PAGE_ASSETS });
  const ada = await RawClient.connect(ground.ranks.port);
  await ada.request("hello", { name: "ada", token: tokenOf("ada") });
  const page = await open(`http://127.0.0.1:${ground.port}/`);
  await page.fill("dialog input", "a guess");
  await page.keyboard.press("Enter");
  await page.locator("dialog .problem", { hasText: "Invalid token" }).waitFor();
  await page.fill("dialog input", tokenOf("ops"));
  await page.keyboard.press("Enter");
  await untilLine(page, "ada");
  await page.click(".row");
  await page.click("dialog >> text=Evict…");
  await page.click("dialog button.danger");
  assertEquals((await ada.note("closing")).reason, "evicted");
  await page.locator(".entry .what", { hasText: "ada was evicted by ops" }).waitFor();
  ground.authenticator!.replace([]);
  await page.locator("dialog", { hasText: "This server needs a token" }).waitFor({ timeout: 30_000 });
  await page.close();
  await ada.close();
});
