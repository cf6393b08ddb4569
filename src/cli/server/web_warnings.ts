// What the operator should know about a page that other machines can reach.

import { hasWeb, hasWebTls } from "../../config/keys/mod.ts";
import type { ServerConfig } from "../../config/mod.ts";
import { isLocal } from "../../server/limits/mod.ts";

/** @param tokens how many there are; `undefined`: clients need none. */
export function webWarnings({ web, tls }: ServerConfig, tokens: number | undefined): string[] {
  if (!hasWeb(web) || isLocal(web.host)) return [];
  const missing = [
    ...tokens === undefined ? ["tokens"] : [],
    ...hasWebTls({ web, tls }) ? [] : ["TLS"],
  ];
  if (missing.length === 0) return [];
  return [
    `other machines can reach the page (web.host is ${web.host}) without ${missing.join(" and without ")}`,
  ];
}
