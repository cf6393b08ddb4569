// Addresses of servers as text: `host`, `host:6001`, `::1`, `[::1]:6001`.

/** Where a server listens. */
export interface ServerAddress {
  /** A name or an address. */
  readonly host: string;
  /** A TCP port. */
  readonly port: number;
}

export interface Address {
  readonly host: string;
  /** As written. */
  readonly port: string | undefined;
}

/** @returns `undefined` for any other form. The caller validates host and port. */
export function parseAddress(text: string): Address | undefined {
  const bracketed = /^\[([^\[\]@]+)\](?::(\d+))?$/.exec(text);
  if (bracketed !== null) return { host: bracketed[1]!, port: bracketed[2] };
  // An IPv6 address without brackets may have a zone, as in fe80::1%eth0, and dots only at its end.
  if (/^(?=.*:.*:)(?![^:]*\.)[0-9a-f:.]+(?:%[\w.-]+)?$/i.test(text)) return { host: text, port: undefined };
  const plain = /^([^:\[\]@]+)(?::(\d+))?$/.exec(text);
  return plain === null ? undefined : { host: plain[1]!, port: plain[2] };
}

/** "web1:6001", "[::1]:6001" */
export function addressText({ host, port }: ServerAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
