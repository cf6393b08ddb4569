// Tests in Debian's Chromium. Each has a browser and a server of its own, and fails when the page reports an error.

import { assertEquals } from "@std/assert";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from "playwright-core";
import { freePorts } from "../programs/free_ports.ts";
import { PageServer, type PageServerOptions } from "./page_server.ts";

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const path = PATHS.find(isFile);
if (path === undefined) console.warn("chromium is missing: the tests of the page in a browser are ignored");

const ARGS = ["--no-sandbox", "--disable-dev-shm-usage"];

export const WIDE = { width: 1_360, height: 860 };
export const NARROW = { width: 390, height: 780 };

/** Opens a page in a window of its own, as another person would. */
type Open = (url: string, options?: BrowserContextOptions) => Promise<Page>;

export interface Visit {
  readonly page: Page;
  readonly server: PageServer;
  /** Opens the page once more, with other options of the browser. */
  open(options: BrowserContextOptions): Promise<Page>;
}

export interface BrowserTest extends PageServerOptions {
  readonly browser?: BrowserContextOptions;
  /** Messages of the browser that are part of the test, such as that of a refused login. */
  readonly expectedErrors?: RegExp;
  /** What the server has before the page is opened. */
  readonly prepare?: (server: PageServer) => void;
}

/** A test with the page of a server that shows what the test makes up. */
export function browserTest(name: string, options: BrowserTest, run: (visit: Visit) => Promise<void>): void {
  chromiumTest(name, options, async (open) => {
    await using server = new PageServer(options);
    options.prepare?.(server);
    const page = await open(server.url, options.browser);
    await run({ page, server, open: (more) => open(server.url, more) });
    await page.close();
  });
}

/** A test with Chromium. */
export function chromiumTest(
  name: string,
  { expectedErrors }: Pick<BrowserTest, "expectedErrors">,
  run: (open: Open) => Promise<void>,
): void {
  Deno.test({
    name: path === undefined ? `${name} (chromium is missing)` : name,
    ignore: path === undefined,
    fn: async () => {
      const browser = await chromium.launch({ executablePath: path!, args: ARGS });
      const errors: string[] = [];
      try {
        await run((url, options) => openPage(browser, url, errors, options));
      } finally {
        await browser.close();
      }
      assertEquals(errors.filter((error) => expectedErrors?.test(error) !== true), []);
    },
  });
}

/**
 * A test with one window of Chromium and several tabs, of which the last one opened is in front. Playwright otherwise makes
 * the browser say in every page that it is visible.
 */
export function tabsTest(
  name: string,
  run: (openTab: (url: string) => Promise<Page>) => Promise<void>,
): void {
  Deno.test({
    name: path === undefined ? `${name} (chromium is missing)` : name,
    ignore: path === undefined,
    fn: async () => {
      const [port] = freePorts(1) as [number];
      const args = [...ARGS, `--remote-debugging-port=${port}`];
      const browser = await chromium.launch({ executablePath: path!, args });
      try {
        const window = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true });
        const [context] = window.contexts() as [BrowserContext];
        await run(async (url) => {
          const page = await context.newPage();
          page.setDefaultTimeout(30_000);
          await page.goto(url);
          return page;
        });
        await window.close();
      } finally {
        await browser.close();
      }
    },
  });
}

/** The texts of all elements that a selector finds. */
export function textsOf(page: Page, selector: string): Promise<string[]> {
  return page.locator(selector).allTextContents();
}

/** Whether one of these elements has content that does not fit in its width. */
export function isTooWide(page: Page, selector: string): Promise<boolean> {
  return page.locator(selector).evaluateAll((all) =>
    all.some(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
  );
}

/** Waits until an element is visible, and returns it. */
export async function shown(page: Page, selector: string): Promise<Locator> {
  const found = page.locator(selector).first();
  await found.waitFor();
  return found;
}

async function openPage(
  browser: Browser,
  url: string,
  errors: string[],
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport: WIDE, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(url);
  return page;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
