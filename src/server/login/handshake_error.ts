// Why a TLS handshake failed, in words for the operator.

import { visible } from "../../log/mod.ts";

const SHOWN_LENGTH = 200;

export function describeHandshakeError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // The runtime says the most common mistake in words for programmers, and in no other way.
  if (message.includes("InvalidContentType")) return "it did not speak TLS";
  return visible(message, SHOWN_LENGTH);
}
