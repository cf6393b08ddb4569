// The page in a browser: loaded only for a server with [web].

export { SeenEvents } from "./feed/mod.ts";
export type { PageOperator, WebAsset, WebAssets, WebHost } from "./host/mod.ts";
export type { WebLimits } from "./web_limits.ts";
export { WebServer, type WebServerOptions } from "./web_server.ts";
