// The page in a browser. Loaded only for a server that has one.

export { OpenedPage, type PageOptions, type PageStart } from "./open_page.ts";
