// The program of the page: it runs in the browser, and is bundled to page.js.

export { Page } from "./page.ts";
