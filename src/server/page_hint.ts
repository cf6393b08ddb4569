// Where the page is, for a browser that has come to the wrong port.

import { hasWeb, hasWebTls } from "../config/keys/mod.ts";
import type { ServerConfig } from "../config/mod.ts";
import { formatAddress } from "./connection/mod.ts";

const EVERY_ADDRESS: readonly string[] = ["0.0.0.0", "::"];

/** @returns `undefined`: there is no page. */
export function pageHint({ web, tls }: Pick<ServerConfig, "web" | "tls">): string | undefined {
  if (!hasWeb(web)) return undefined;
  const { host, port, basePath } = web;
  const scheme = hasWebTls({ web, tls }) ? "https" : "http";
  // The name by which the browser came is not known.
  if (EVERY_ADDRESS.includes(host)) {
    return `The page for browsers is at port ${port} of this host: ${scheme}, path ${basePath}/`;
  }
  return `The page for browsers is at ${scheme}://${formatAddress(host, port)}${basePath}/`;
}
