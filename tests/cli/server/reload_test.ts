// A reload is applied by all parts or by none, one at a time.

import { assertEquals } from "@std/assert";
import { type LivePart, Reloads } from "../../../src/cli/server/reload.ts";
import { FileError } from "../../../src/cli/shared/startup_error.ts";
import { loadServerConfig } from "../../../src/config/server_config.ts";
import type { ServerEvent } from "../../../src/log/server_event.ts";

async function start(parts: readonly LivePart[]) {
  const config = await loadServerConfig({});
  const events: ServerEvent[] = [];
  const asked: PromiseWithResolvers<typeof config>[] = [];
  const reloads = new Reloads({
    config,
    readConfig() {
      const reading = Promise.withResolvers<typeof config>();
      asked.push(reading);
      return reading.promise;
    },
    parts,
    report: (event) => events.push(event),
  });
  return { config, events, asked, reloads };
}

/** A part that records its calls. */
function part(name: string, done: string[], refuse?: Error): LivePart {
  return {
    prepare() {
      done.push(`${name} prepares`);
      if (refuse !== undefined) return Promise.reject(refuse);
      return Promise.resolve({
        changed: [name],
        apply: () => void done.push(`${name} applies`),
      });
    },
  };
}

Deno.test("all parts prepare before the first one applies its change", async () => {
  const done: string[] = [];
  const { config, events, asked, reloads } = await start([part("a", done), part("b", done)]);
  const reloading = reloads.reload();
  asked[0]!.resolve(config);
  await reloading;
  assertEquals(done, ["a prepares", "b prepares", "a applies", "b applies"]);
  assertEquals(events, [{ event: "reloaded", changed: ["a", "b"], needs_restart: [] }]);
});

Deno.test("if one part cannot prepare, none applies its change", async () => {
  const done: string[] = [];
  const parts = [part("a", done), part("b", done, new FileError("b is\nwrong")), part("c", done)];
  const { config, events, asked, reloads } = await start(parts);
  const reloading = reloads.reload();
  asked[0]!.resolve(config);
  await reloading;
  assertEquals(done, ["a prepares", "b prepares"]);
  assertEquals(events, [{ event: "reload_failed", message: "b is\\nwrong" }]);
});

Deno.test("requests during a reload cause one more reload after it", async () => {
  const { config, events, asked, reloads } = await start([]);
  const reloading = reloads.reload();
  for (let request = 0; request < 3; request++) await reloads.reload();
  assertEquals(asked.length, 1);
  asked[0]!.resolve(config);
  while (asked.length < 2) await Promise.resolve();
  asked[1]!.resolve({ ...config, port: 1 });
  await reloading;
  assertEquals(asked.length, 2);
  assertEquals(events.at(-1), { event: "reloaded", changed: [], needs_restart: ["port"] });
});
