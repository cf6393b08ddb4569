// Debian's Chromium, and pages in it whose errors fail a test.

import { assertEquals } from "@std/assert";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** `undefined`: there is none on this machine. */
export const CHROMIUM = PATHS.find((path) => {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
});

/** Started once for a file of tests. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM!, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

export const WIDE = { width: 1_360, height: 860 };
export const NARROW = { width: 390, height: 780 };

export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
  /** What the page wrote to the console as an error, and its exceptions. */
  readonly errors: readonly string[];
}

/** Opens a page in a context of its own; closing it fails when there were errors. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({ viewport: WIDE, ...options });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(url);
  return {
    page,
    errors,
    async [Symbol.asyncDispose]() {
      await context.close();
      assertEquals(errors, []);
    },
  };
}
