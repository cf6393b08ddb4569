// The addresses of a name, as the system resolves it, with its own file of names.

import { addressText, type ServerAddress } from "../../../words/mod.ts";

/** Of one name. */
const MAX_IPS = 16;

/** Every name of the own machine; the system tries its two addresses by itself. */
const LOCAL = /(?:^|\.)localhost\.?$/i;
const LITERAL = /^[\d.]+$|:/;

/** Whether `host` is a name that may have several addresses. */
export function mayHaveSeveral(host: string): boolean {
  return !LITERAL.test(host) && !LOCAL.test(host);
}

/**
 * The addresses of a name that has several. None when it has one, cannot be resolved, or this process may not connect to
 * all of them: then the caller connects to the name. Never rejects.
 */
export async function lookUp({ host, port }: ServerAddress): Promise<readonly string[]> {
  // Without this a person would be asked.
  if (!mayConnect(host)) return [];
  const ips = await resolveAll(host);
  return ips.every((ip) => mayConnect(addressText({ host: ip, port }))) ? ips : [];
}

/** The addresses of a name that has several. None when it has one or cannot be resolved. Never rejects. */
export async function resolveAll(host: string): Promise<readonly string[]> {
  try {
    const { lookup } = await import("node:dns/promises");
    const found = await lookup(host, { all: true });
    const ips = [...new Set(found.map(({ address }) => address))].slice(0, MAX_IPS);
    return ips.length > 1 ? ips : [];
  } catch {
    return [];
  }
}

function mayConnect(host: string): boolean {
  try {
    return Deno.permissions.querySync({ name: "net", host }).state === "granted";
  } catch {
    // Not of a form that can be asked about, as an address with a zone.
    return false;
  }
}
