// One of several rankservers on a port, which the product has no option for: built as `src/cli/server/serve.ts` builds it,
// but for a listener that shares its port. Arguments: the port, and a capacity by which clients know this process.

import { setImmediate } from "node:timers";
import { openIoPoll } from "../../src/cli/server/open_io_poll.ts";
import { loadServerConfig } from "../../src/config/mod.ts";
import { openEventLog } from "../../src/log/mod.ts";
import { RankServer } from "../../src/server/mod.ts";
import { createPlaceholder, RANDOM_TOKENS } from "../../src/server/seats/mod.ts";
import { MemoryJournal } from "../../src/journal/engines/mod.ts";
import { DENO_CLOCK, YieldToIo } from "../../src/time/mod.ts";

const [port, capacity] = Deno.args as [string, string];
const text = `port = ${port}\nmax_clients = ${capacity}\ncommands = ["ping"]\n`;
const config = await loadServerConfig({ file: { path: "the benchmark's own", text } });
const log = await openEventLog({ ...config.log, now: Date.now }, Deno.stdout);
const yieldToIo = new YieldToIo(openIoPoll());
const { host: hostname, limits } = config;
const listener = Deno.listen({
  hostname,
  port: config.port,
  tcpBacklog: limits.acceptBacklog,
  reusePort: true,
});
new RankServer(config, listener, {
  clock: { now: () => performance.now(), after: DENO_CLOCK.after },
  wallClock: Date.now,
  afterIo: setImmediate,
  yieldToIo,
  report: log.report,
  tokens: RANDOM_TOKENS,
  journal: new MemoryJournal(1, createPlaceholder()),
});
