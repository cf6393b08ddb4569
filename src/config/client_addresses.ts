// Where the client's servers are, from `host`, `hosts` and `port` of the three sources. Two keys say it, of which one source
// may set one; otherwise the source that overrides the other decides.

import type { ServerAddress } from "../words/mod.ts";
import { CLIENT_ENV_PREFIX, readAddress } from "./keys/mod.ts";
import type { ConfigInput } from "./reader/mod.ts";
import type { ProblemList, TomlTable } from "./toml/mod.ts";

export interface AddressSettings {
  readonly host: string;
  readonly hosts: readonly string[];
  readonly port: number;
}

export interface AddressSources {
  readonly document: TomlTable;
  readonly env: NonNullable<ConfigInput["env"]>;
  /** Which key the HOST of the command line sets. */
  readonly argument: "host" | "hosts" | undefined;
}

type AddressKey = "host" | "hosts";

/** The sources, and each overrides those behind it. */
const LEVELS = ["argument", "env", "file", "none"] as const;

/** @returns at least one address, in the order in which the client begins with them */
export function readAddresses(
  { host, hosts, port }: AddressSettings,
  sources: AddressSources,
  problems: ProblemList,
): readonly [ServerAddress, ...ServerAddress[]] {
  refuseBoth(sources, problems);
  const one = [{ host, port }] as const;
  if (rankOf("hosts", sources) >= rankOf("host", sources)) return one;
  const addresses = hosts.flatMap((text, item) => {
    const address = readAddress(text, port);
    if (address === undefined) refuseItem(text, item, sources, problems);
    return address ?? [];
  });
  const [first, ...others] = addresses;
  return first === undefined ? one : [first, ...others];
}

/** Where in that order the key is set first. */
function rankOf(key: AddressKey, sources: AddressSources): number {
  return LEVELS.findIndex((level) => level === "none" || isSetIn(level, key, sources));
}

function isSetIn(level: "argument" | "env" | "file", key: AddressKey, sources: AddressSources): boolean {
  switch (level) {
    case "argument":
      return sources.argument === key;
    case "env":
      return (sources.env[variableOf(key)] ?? "") !== "";
    case "file": {
      const value = sources.document[key];
      // An empty list is the default.
      return value !== undefined && !(Array.isArray(value) && value.length === 0);
    }
  }
}

function refuseBoth(sources: AddressSources, problems: ProblemList): void {
  const isBoth = (level: "env" | "file") =>
    isSetIn(level, "host", sources) && isSetIn(level, "hosts", sources);
  if (isBoth("file")) {
    problems.addKey(
      ["host"],
      'cannot be set together with "hosts"',
      'remove "host", or add its address to "hosts"',
    );
  }
  if (isBoth("env")) {
    const [host, hosts] = [variableOf("host"), variableOf("hosts")];
    problems.addOutside(host, `${host} cannot be set together with ${hosts}`, `unset ${host}`);
  }
}

/** The form of each item is checked before; what is left is a port, or an address of IPv6. */
function refuseItem(text: string, item: number, sources: AddressSources, problems: ProblemList): void {
  const reason =
    `must be HOST, HOST:PORT or [::1]:PORT with a port from 1 to 65535, current value is "${text}"`;
  if (isSetIn("argument", "hosts", sources)) problems.addOutside("HOST", `HOST ${reason}`);
  else if (isSetIn("env", "hosts", sources)) {
    problems.addOutside(variableOf("hosts"), `${variableOf("hosts")} ${reason}`);
  } else problems.addKey(["hosts", item], reason);
}

function variableOf(key: AddressKey): string {
  return `${CLIENT_ENV_PREFIX}_${key.toUpperCase()}`;
}
