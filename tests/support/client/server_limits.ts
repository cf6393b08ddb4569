// The limits of a server with the default configuration, as its welcome states them.

import type { ServerLimits } from "../../../src/protocol/methods/mod.ts";

export const SERVER_LIMITS: ServerLimits = {
  line_bytes: 1_048_576,
  output_bytes: 65_536,
  timeout_ms: 30_000,
};
