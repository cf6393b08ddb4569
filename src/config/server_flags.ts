// The flags of rankserver. The defaults and environment variables that the help shows come from the settings they set.

import type { FlagSpec, FlagValues } from "./flag_spec.ts";

export const SERVER_FLAGS = [
  { name: "config", value: "FILE", help: "Read the configuration from this TOML file." },
  { name: "host", value: "HOST", help: "Listen on this address.", sets: "host" },
  { name: "port", value: "PORT", help: "Listen on this TCP port; 0 picks a free one.", sets: "port" },
  { name: "max-clients", value: "N", help: "Seat at most this many clients.", sets: "max_clients" },
  { name: "commands", value: "NAME,NAME...", help: "Allow these commands and no others.", sets: "commands" },
  {
    name: "log-format",
    value: "text|json",
    help: "Log lines for people, or JSON lines.",
    sets: "log.format",
  },
  { name: "check", help: "Check the configuration, say what is wrong with it, and exit." },
  { name: "help", alias: "h", help: "Print this help and exit." },
  { name: "version", help: "Print the version and exit." },
] as const satisfies readonly FlagSpec[];

export type ServerFlags = FlagValues<typeof SERVER_FLAGS>;
