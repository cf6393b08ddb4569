// The addresses of one server, or of several that share one ranking: in a file, in a variable, on the command line, and in
// the server's welcome.

import { isVisible, parseAddress, type ServerAddress } from "../../words/mod.ts";
import type { TextForm } from "../reader/mod.ts";

/** More than any sensible number of servers: each is tried before the client waits. */
export const MAX_ADDRESSES = 16;

/** A name, an IPv4 or an IPv6 address; a single colon would separate a port. */
export const HOST_FORM: TextForm = {
  maxLength: 253,
  pattern: /^(?:[^\s:/[\]@]+|[^\s:/[\]@]*:[^\s:/[\]@]*:[^\s/[\]@]*)$/,
  form: "a host name or an address, without user, port and brackets",
  hidesUser: true,
};

const MAX_PORT = 65_535;

/** A port between 1 and 65535 is checked by {@linkcode readAddress}. */
export const ADDRESS_FORM: TextForm = {
  maxLength: HOST_FORM.maxLength + "[]:65535".length,
  pattern: /^(?:\[[^\s,/[\]@]+\](?::\d+)?|[^\s,/[\]@]+)$/,
  form: "an address such as HOST, HOST:PORT or [::1]:PORT, without user",
  hidesUser: true,
};

/** @returns `undefined` for a text that is not of {@linkcode ADDRESS_FORM}, or has an impossible port. */
export function readAddress(text: string, defaultPort: number): ServerAddress | undefined {
  if (text.length > ADDRESS_FORM.maxLength || !ADDRESS_FORM.pattern!.test(text) || !isVisible(text)) {
    return undefined;
  }
  const address = parseAddress(text);
  if (address === undefined || address.host.length > HOST_FORM.maxLength) return undefined;
  const port = address.port === undefined ? defaultPort : Number(address.port);
  return port >= 1 && port <= MAX_PORT ? { host: address.host, port } : undefined;
}
