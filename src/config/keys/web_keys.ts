// The keys of [web]: the page in a browser.

import type { Section, SettingValues } from "../reader/mod.ts";
import { HOST_FORM } from "./addresses.ts";
import { boolean, integer, text, texts } from "./builders.ts";

const BASE_PATH_FORM = {
  maxLength: 128,
  pattern: /^(?:\/[A-Za-z0-9._~-]+)*$/,
  form: "a path that begins with a slash and does not end with one, such as /rank",
  mayBeEmpty: true,
} as const;

const HOSTS = { item: HOST_FORM, minCount: 0, maxCount: 100, default: [] } as const;

/** Without a port, there is no page. */
// deno-fmt-ignore -- a table: one line for the key, the next for its help
export const WEB_SETTINGS = {
  host: text("host", { ...HOST_FORM, default: "127.0.0.1" },
    "Address on which the page listens; 0.0.0.0 or :: accepts other machines."),
  port: integer("port", "port", [0, 0, 65_535],
    "TCP port of the page, for browsers, see docs/web.md; 0: there is no page."),
  tls: boolean("tls", true,
    "Whether the page uses the certificate of [tls], if there is one; set it to false behind a proxy."),
  basePath: text("base_path", { ...BASE_PATH_FORM, default: "" },
    "Path below which the page is, such as /rank, for a proxy that serves other pages too; empty: none."),
  hosts: texts("hosts", HOSTS,
    "Names by which browsers reach the page, besides localhost and IP addresses; requests to others are refused."),
  seats: boolean("seats", false,
    "Whether a browser may take a seat, over WebSocket, like a client over TCP."),
  clients: integer("clients", "pages", [64, 1, 10_000],
    "Pages that may be open at the same time."),
};

export type WebSettings = SettingValues<typeof WEB_SETTINGS>;

export const WEB_SECTION = { path: ["web"], settings: WEB_SETTINGS } as const satisfies Section;

export function hasWeb({ port }: Pick<WebSettings, "port">): boolean {
  return port !== 0;
}
