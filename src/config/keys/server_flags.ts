// The flags of rankserver. The defaults and environment variables that the help shows come from the settings they set.

import type { FlagSpec, FlagValues } from "../reader/mod.ts";

export const SERVER_FLAGS = [
  {
    name: "config",
    value: "FILE",
    help: "Read the configuration from this TOML file; SIGHUP reads it again.",
  },
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
  {
    name: "control",
    value: "PATH",
    help: "Serve the operator's socket, or ask there.",
    sets: "control.socket",
  },
  {
    name: "tls-cert",
    value: "FILE",
    help: "Speak TLS with this certificate; --tls-key goes with it.",
    sets: "tls.cert_file",
  },
  { name: "tls-key", value: "FILE", help: "The certificate's private key.", sets: "tls.key_file" },
  {
    name: "tokens-file",
    value: "FILE",
    help: "Let in only clients with a token from this file; see docs/tokens.md.",
    sets: "auth.tokens_file",
  },
  {
    name: "new-token",
    value: "NAME",
    help: "Make a token, add it to the tokens file under this name, print it, and exit.",
  },
  { name: "status", help: "Ask a running server how it is, and exit." },
  {
    name: "evict",
    value: "RANK|ticket:N|name:TEXT",
    help: "Have a running server take a client's seat away, and exit.",
  },
  { name: "json", help: "With --status and --evict: print the answer as JSON." },
  { name: "check", help: "Check the configuration, say what is wrong with it, and exit." },
  { name: "help", alias: "h", help: "Print this help and exit." },
  { name: "version", help: "Print the version and exit." },
] as const satisfies readonly FlagSpec[];

export type ServerFlags = FlagValues<typeof SERVER_FLAGS>;
