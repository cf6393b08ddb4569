// The HOST of the command line, which may name a port as well: `host`, `host:6001`, `::1`, `[::1]:6001`.

export interface Address {
  readonly host: string;
  /** As it was written. */
  readonly port: string | undefined;
}

/** `undefined` when it is none of these. Whether host and port can be used is for the configuration to say. */
export function parseAddress(text: string): Address | undefined {
  const bracketed = /^\[([^\[\]]+)\](?::(\d+))?$/.exec(text);
  if (bracketed !== null) return { host: bracketed[1]!, port: bracketed[2] };
  // An IPv6 address without brackets has colons of its own, and may name its interface: fe80::1%eth0. Dots come last.
  if (/^(?=.*:.*:)(?![^:]*\.)[0-9a-f:.]+(?:%[\w.-]+)?$/i.test(text)) return { host: text, port: undefined };
  const plain = /^([^:\[\]]+)(?::(\d+))?$/.exec(text);
  return plain === null ? undefined : { host: plain[1]!, port: plain[2] };
}
