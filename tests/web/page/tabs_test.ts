/// <reference lib="dom" />
// Many pages of one browser, which has at most six connections to a server.

import { assertEquals } from "@std/assert";
import { PAGE_ASSETS } from "../../../src/web/page/mod.ts";
import { RawClient } from "../../support/server/raw_client.ts";
import { chromiumTest, shown, tabsTest } from "../../support/web/browser.ts";
import { WebGround } from "../../support/web/web_ground.ts";

tabsTest("eight tabs of one browser load, and the one in front is live", async (openTab) => {
  await using ground = await WebGround.start({ assets: PAGE_ASSETS });
  const url = `http://127.0.0.1:${ground.port}/`;
  const tabs = [];
  for (let opened = 0; opened < 8; opened++) {
    const tab = await openTab(url);
    await shown(tab, "#state[data-kind=live]");
    tabs.push(tab);
  }
  await using _ada = await RawClient.join(ground.ranks.port);
  const [first] = tabs as [typeof tabs[0]];
  await shown(tabs.at(-1)!, ".row");
  assertEquals(await first.locator(".row").count(), 0);
  assertEquals(ground.web.usage.pages, 1);
  await first.bringToFront();
  await shown(first, "#state[data-kind=live]");
  await shown(first, ".row");
});

chromiumTest("a page says that too many are open, and opens when there is room", {
  expectedErrors: /503/,
}, async (open) => {
  await using ground = await WebGround.start({ toml: "[web]\nclients = 1", assets: PAGE_ASSETS });
  const url = `http://127.0.0.1:${ground.port}/`;
  const first = await open(url);
  await shown(first, "#state[data-kind=live]");
  const second = await open(url);
  await second.locator("#state", { hasText: "Too many pages are open, trying again" }).waitFor();
  await first.close();
  await shown(second, "#state[data-kind=live]");
  await second.close();
});
