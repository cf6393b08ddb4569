/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { assertEquals } from "@std/assert";
import { browserTest, shown } from "../../support/web/browser.ts";
import type { PageServer } from "../../support/web/page_server.ts";
import { sampleMember } from "../../support/web/page_samples.ts";

const OPERATED = {
  session: { mayOperate: true },
  prepare: (server: PageServer) => {
    server.members = [sampleMember(1, { name: "ada" }), sampleMember(2, { name: "ben" })];
  },
};

browserTest("a member is evicted after one confirmation", OPERATED, async ({ page, server }) => {
  await (await shown(page, "#row-seat-2")).click();
  await page.click("dialog >> text=Evict…");
  assertEquals(await page.textContent("dialog h2"), "Evict ben?");
  await page.click("dialog >> text=Cancel");
  await page.waitForFunction(() => document.querySelector("dialog") === null);
  assertEquals(server.actions, []);
  await page.click("#row-seat-2");
  await page.click("dialog >> text=Evict…");
  await page.click("dialog button.danger");
  assertEquals(await (await shown(page, ".notice")).textContent(), "Evicted benClose");
  assertEquals(server.actions, [{ action: "evict", ticket: 2 }]);
  await page.locator("#row-seat-2").waitFor({ state: "detached" });
});

browserTest("the server is reloaded and drained from the menu", OPERATED, async ({ page, server }) => {
  await page.click("#operator summary");
  await page.click("#reload");
  await page.click("dialog button.danger");
  await shown(page, ".notice");
  await page.keyboard.press("Tab");
  await page.focus("#operator summary");
  await page.keyboard.press("Enter");
  await page.click("#shut-down");
  await page.click("dialog button.danger");
  await page.waitForFunction(() => document.querySelector(".notice")?.textContent?.startsWith("shutdown"));
  assertEquals(server.actions, [{ action: "reload" }, { action: "shutdown" }]);
});

browserTest(
  "without the right to evict there is no menu and no button",
  { prepare: OPERATED.prepare },
  async ({ page }) => {
    await (await shown(page, "#row-seat-2")).click();
    assertEquals(await page.locator("dialog button").allTextContents(), ["Close"]);
    assertEquals(await page.isVisible("#operator"), false);
  },
);

browserTest("where a token is needed, the page asks for it", {
  ...OPERATED,
  token: "let me in",
  session: { mayOperate: true, name: "olga" },
  // The browser reports the answers 401 itself.
  expectedErrors: /401/,
}, async ({ page }) => {
  await shown(page, "dialog form");
  await page.keyboard.press("Escape");
  assertEquals(await page.isVisible("dialog form"), true);
  await page.keyboard.type("a guess");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() =>
    document.querySelector("dialog .problem")!.textContent === "Invalid token"
  );
  await page.fill("dialog input", "let me in");
  await page.keyboard.press("Enter");
  await shown(page, "#row-seat-1");
  assertEquals(await page.getAttribute("#log-out", "title"), "Logged in as olga");
  await page.click("#log-out");
  await shown(page, "dialog form");
});
