// What the page's port is given: the server behind it, and the files of the page.

export type { WebAsset, WebAssets } from "./web_assets.ts";
export type { PageOperator, WebHost } from "./web_host.ts";
