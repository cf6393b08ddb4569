// Which requests may come from a browser: those to a name of this server, from its own page. A page of another site could
// otherwise send requests in the name of whoever looks at it, also by a name of its own that leads here (DNS rebinding).

import type { WebRequest } from "../http/mod.ts";

export interface SiteCheckOptions {
  /** Names, in lower case and without port, besides "localhost" and addresses. */
  readonly hosts: readonly string[];
}

export interface SiteRefusal {
  readonly status: 403 | 421;
  readonly message: string;
}

const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const IPV6 = /^\[[\da-f:.]+\]$/;
/** RFC 3986, as far as names and addresses need it. */
const HOST = /^([^\s:/@[\]]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/;

export class SiteCheck {
  readonly #hosts: ReadonlySet<string>;

  constructor({ hosts }: SiteCheckOptions) {
    this.#hosts = new Set(["localhost", ...hosts.map((host) => host.toLowerCase())]);
  }

  /** @returns `undefined` for a request that may be answered. */
  refuse({ headers, method }: Pick<WebRequest, "headers" | "method">): SiteRefusal | undefined {
    const host = (headers.get("host") ?? "").toLowerCase();
    const [, name = ""] = HOST.exec(host) ?? [];
    if (!IPV4.test(name) && !IPV6.test(name) && !this.#hosts.has(name)) {
      return { status: 421, message: "This server does not have that name; add it to hosts in [web]" };
    }
    const origin = headers.get("origin");
    if (origin !== undefined && hostOf(origin) !== host) {
      return { status: 403, message: hostOf(origin) === undefined ? FOREIGN.message : otherHost(host) };
    }
    // Of browsers that send no Origin with some requests.
    const site = headers.get("sec-fetch-site");
    const isNavigation = method === "GET" && headers.get("sec-fetch-mode") === "navigate";
    const isForeign = site === "cross-site" || site === "same-site";
    return isForeign && !isNavigation ? FOREIGN : undefined;
  }
}

/** A page of another site, or its own through a proxy that has changed the Host field: the two look the same. */
function otherHost(host: string): string {
  return `${FOREIGN.message}: this one is for ${host}, and its Origin is another. Is the page behind a proxy? It must ` +
    "pass on the Host that the browser sent, with the port (nginx: proxy_set_header Host $http_host)";
}

const FOREIGN: SiteRefusal = { status: 403, message: "Requests from other sites are not allowed" };

/** "host:port" of "https://host:port"; without the port if that is the scheme's own, as in a Host field. */
function hostOf(origin: string): string | undefined {
  return /^https?:\/\/([^\s/]+)$/.exec(origin.toLowerCase())?.[1];
}
