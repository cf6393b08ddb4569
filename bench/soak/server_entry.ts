// A server from its sources that answers questions about its insides: built as `src/cli/server/serve.ts` builds it, with a
// clock that counts and a log that nobody reads. Each line on stdin is a question, each line on stdout the answer.
// To be run with --v8-flags=--expose-gc; its argument is a configuration file.

import { setImmediate } from "node:timers";
import { openIoPoll } from "../../src/cli/server/open_io_poll.ts";
import { openTls } from "../../src/cli/server/tls/open_tls.ts";
import { loadServerConfig } from "../../src/config/server_config.ts";
import { hasTls } from "../../src/config/keys/server_keys.ts";
import { openEventLog } from "../../src/log/event_log.ts";
import { createPlaceholder, RANDOM_TOKENS } from "../../src/server/seats/mod.ts";
import { RankServer } from "../../src/server/rank_server.ts";
import { MemoryJournal } from "../../src/journal/engines/mod.ts";
import { YieldToIo } from "../../src/time/yield_to_io.ts";
import { TextLineStream } from "../../tools/text_lines.ts";
import { CountingClock } from "./counting_clock.ts";

/** The answer to every question. */
export interface Insides {
  readonly port: number;
  /** Bytes that V8 holds after a forced collection. */
  readonly heap: number;
  readonly timers: number;
  readonly connections: number;
  readonly members: number;
  readonly runs: number;
  /** Faults of the server itself so far. */
  readonly faults: number;
}

const [path] = Deno.args as [string];
const config = await loadServerConfig({ file: { path, text: await Deno.readTextFile(path) } });
const log = await openEventLog({ ...config.log, format: "text", now: Date.now }, {
  write: (bytes) => Promise.resolve(bytes.length),
});
const clock = new CountingClock();
let faults = 0;
const yieldToIo = new YieldToIo(openIoPoll());
const listen = () => Deno.listen({ hostname: "127.0.0.1", port: 0 });
const listener = hasTls(config.tls) ? (await openTls(config.tls, listen, yieldToIo)).listener : listen();
const server = new RankServer(config, listener, {
  clock,
  wallClock: Date.now,
  afterIo: setImmediate,
  yieldToIo,
  report(event) {
    if (event.event === "fault") faults++;
    log.report(event);
  },
  tokens: RANDOM_TOKENS,
  journal: new MemoryJournal(1, createPlaceholder()),
});

for await (const _ of Deno.stdin.readable.pipeThrough(new TextLineStream())) {
  collectGarbage();
  const { connections, members, runs_in_flight } = server.status();
  const insides: Insides = {
    port: server.address.port,
    heap: Deno.memoryUsage().heapUsed,
    timers: clock.timers,
    connections,
    members,
    runs: runs_in_flight,
    faults,
  };
  console.log(JSON.stringify(insides));
}
await server.stop("end of the soak");
await log.close();

/** Twice: what the first finds unreachable may have held what the second does. */
function collectGarbage(): void {
  const { gc } = globalThis as unknown as { gc: () => void };
  gc();
  gc();
}
