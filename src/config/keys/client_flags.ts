// The flags of rankclient; the server's address is its one positional argument.

import type { FlagSpec, FlagValues } from "../reader/mod.ts";

export const CLIENT_FLAGS = [
  { name: "port", value: "PORT", help: "Connect to this TCP port.", sets: "port" },
  { name: "name", value: "NAME", help: "Be shown to the others under this name.", sets: "name" },
  {
    name: "tls",
    help: "Speak TLS, and leave a server whose certificate is not good for HOST.",
    sets: "tls",
  },
  {
    name: "ca",
    value: "FILE",
    help: "Trust the authorities in this PEM file as well; implies --tls.",
    sets: "ca_file",
  },
  {
    name: "token-file",
    value: "FILE",
    help: "Read the token that the server wants from this file. RANKCLIENT_TOKEN may hold the token itself.",
    sets: "token_file",
  },
  {
    name: "config",
    value: "FILE",
    help: "Read from this TOML file what this machine is willing to execute.",
  },
  { name: "json", help: "Make every line of output a JSON object." },
  { name: "stay", help: "Keep the seat after the end of stdin." },
  {
    name: "run-timeout-ms",
    value: "MS",
    help: "Stop a program that runs longer than this.",
    sets: "limits.run_timeout_ms",
  },
  { name: "check", help: "Check the configuration, say what is wrong with it, and exit." },
  { name: "dry-run", help: "Say what would be started instead of starting it." },
  { name: "control", value: "PATH", help: "Let others on this machine issue commands through this socket." },
  { name: "via", value: "PATH", help: "Issue commands through the control socket of a running rankclient." },
  {
    name: "lead",
    help: "Run PROGRAM (after --) while this client has rank 0, and exit with the exit code of PROGRAM.",
  },
  {
    name: "max-wait",
    value: "MS",
    help:
      "With --lead: exit with 75 if this client does not lead within MS milliseconds; start PROGRAM at most once.",
  },
  {
    name: "on-change",
    value: "HOOK",
    help: "Run HOOK (a program and its arguments, without a shell) whenever the rank of this client changes.",
  },
  { name: "help", alias: "h", help: "Print this help and exit." },
  { name: "version", help: "Print the version and exit." },
] as const satisfies readonly FlagSpec[];

export type ClientFlags = FlagValues<typeof CLIENT_FLAGS>;
