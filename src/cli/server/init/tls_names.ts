// The names and addresses of a certificate, as --tls lists them.

import { isIP } from "node:net";

export type ParsedNames =
  | { readonly ok: true; readonly names: readonly string[] }
  | { readonly ok: false; readonly message: string };

const MAX_NAMES = 100;

/** A name of DNS as RFC 1123 has it; each part begins and ends with a letter or a digit. */
const HOST_NAME =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** @param list the value of --tls: "db.example,192.0.2.7" */
export function parseTlsNames(list: string): ParsedNames {
  const names = [...new Set(list.split(",").map((name) => name.trim().toLowerCase()))];
  const wrong = names.find((name) => !isIpAddress(name) && !isHostName(name));
  if (wrong !== undefined) {
    return {
      ok: false,
      message: `--tls must list names such as db.example and addresses such as 192.0.2.7, got "${wrong}"`,
    };
  }
  if (names.length > MAX_NAMES) {
    return { ok: false, message: `--tls takes at most ${MAX_NAMES} names, got ${names.length}` };
  }
  return { ok: true, names };
}

export function isIpAddress(name: string): boolean {
  return isIP(name) !== 0 && !name.includes("%");
}

/** Digits and dots alone would be a mistyped address. */
function isHostName(name: string): boolean {
  return HOST_NAME.test(name) && !/^[\d.]+$/.test(name);
}

/** The address to listen on: loopback if all names are of this machine; otherwise every address. */
export function listeningHost(names: readonly string[]): string {
  const areLocal = names.every((name) =>
    name === "localhost" || name === "::1" || /^127\.[\d.]+$/.test(name)
  );
  const isIpv6 = names[0]!.includes(":");
  if (areLocal) return isIpv6 ? "::1" : "127.0.0.1";
  return isIpv6 ? "::" : "0.0.0.0";
}
