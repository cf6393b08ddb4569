import { assertEquals } from "@std/assert";
import { PAGE_ASSETS } from "../../../src/web/page/mod.ts";
import { bundlePage } from "../../../tools/bundle_page.ts";

Deno.test("page.js is made of the current sources", async () => {
  const isCurrent = PAGE_ASSETS["/page.js"]?.body === await bundlePage();
  assertEquals(isCurrent, true, "src/web/page/page.js is out of date: deno task page");
});

Deno.test("the page loads nothing from elsewhere, and has no script or style in its markup", () => {
  const page = PAGE_ASSETS["/"]!.body;
  const links = [...page.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, link]) => link!);
  assertEquals(links.filter((link) => !link.startsWith("#") && PAGE_ASSETS[`/${link}`] === undefined), []);
  assertEquals(page.match(/\s(?:style|on\w+)=|<style|<script(?! type="module" src=)/g), null);
  assertEquals(PAGE_ASSETS["/page.css"]!.body.match(/url\(|@import/g), null);
});
