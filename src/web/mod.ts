// The page in a browser: loaded only for a server with [web].

export type { WebAsset, WebAssets } from "./web_assets.ts";
export type { WebHost } from "./web_host.ts";
