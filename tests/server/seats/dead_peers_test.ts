// Clients that disappear without closing: stopped processes, and networks that drop everything. Each is detected within the
// configured silence, and the others are promoted.

import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { RawClient } from "../../support/server/raw_client.ts";
import { startServer, type TestServer } from "../../support/server/start_server.ts";
import { Arrivals } from "../../support/server/arrivals.ts";

const HEARTBEAT_MS = 200;
const SILENCE_MS = 600;
const TOML = `[session]\nheartbeat_ms = ${HEARTBEAT_MS}\nsilence_ms = ${SILENCE_MS}`;
/** Sweeps, timers and a busy machine. */
const SLACK_MS = 2_000;

/** Answers every ping of the server, as a program with a JSON-RPC library does. */
const ANSWERING = {
  onLine: (client: RawClient, { json }: { json?: { id?: unknown; method?: string } }) => {
    if (json?.method === "ping") client.respond(json.id, {});
  },
};

async function joinAnswering(server: TestServer): Promise<RawClient> {
  const client = await RawClient.join(server.port, ANSWERING);
  await client.settled();
  return client;
}

/** How long after `since` the only other client was promoted because the first one had gone silent. */
async function promotedAfter(server: TestServer, second: RawClient, since: number): Promise<number> {
  assertEquals((await second.note("promoted", SILENCE_MS + SLACK_MS)).rank, 0);
  assertEquals(server.eventsOf("client_left").map(({ reason }) => reason), ["timed_out"]);
  return performance.now() - since;
}

Deno.test("a client that is stopped is found within the silence, and learns of it when it goes on", async () => {
  await using server = await startServer({ toml: `${TOML}\n[limits]\nlinger_ms = 10_000` });
  const script = new URL("../../support/server/json_client.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-config", "--allow-net", script, String(server.port)],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = new Arrivals<string>("lines of the client");
  const reading = (async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      for (const line of text.split("\n")) lines.push(line);
    }
  })();
  await lines.until((line) => line === "heard");
  await using second = await joinAnswering(server);
  // It lives for longer than the silence, since it answers.
  await lines.until(() => lines.all.filter((line) => line === "asked").length > 4);
  child.kill("SIGSTOP");
  const after = await promotedAfter(server, second, performance.now());
  assertGreater(after, SILENCE_MS - HEARTBEAT_MS - 100);
  assertLess(after, SILENCE_MS + SLACK_MS);
  child.kill("SIGCONT");
  await lines.until((line) => line === "closing timed_out");
  await child.status;
  await reading;
});

Deno.test("a client whose network swallows everything is found within the silence", async () => {
  await using server = await startServer({ toml: TOML });
  await using proxy = SwallowingProxy.start(server.port);
  const first = await RawClient.join(proxy.port, ANSWERING);
  await first.settled();
  await using second = await joinAnswering(server);
  const swallowedAt = performance.now();
  proxy.swallow();
  assertLess(await promotedAfter(server, second, swallowedAt), SILENCE_MS + SLACK_MS);
  await first.close();
});

Deno.test("a client with a lease is found when the lease is over, however long a silence may be", async () => {
  await using server = await startServer({ toml: "[session]\nsilence_ms = 60_000\nheartbeat_ms = 50_000" });
  await using silent = await RawClient.join(server.port);
  await silent.request("hello", { lease_ms: 300 });
  const since = performance.now();
  await using second = await joinAnswering(server);
  assertGreater(await promotedAfter(server, second, since), 250);
});

Deno.test("a client that answers stays, and one that asks by itself is not asked", async () => {
  await using server = await startServer({ toml: TOML });
  await using answering = await joinAnswering(server);
  await using asking = await RawClient.join(server.port);
  const until = performance.now() + 2 * SILENCE_MS;
  while (performance.now() < until) await asking.settled();
  assertEquals(asking.notes("ping"), []);
  assertGreater(answering.notes("ping").length, 1);
  assertEquals(server.eventsOf("client_left"), []);
  assertEquals(server.server.status().late_answers, 0, "answers to the server's ping are expected");
});

Deno.test("clients that are not pinged, such as text sessions, are checked by TCP keep-alive", async () => {
  const tcp = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const asked: boolean[] = [];
  const listener = {
    addr: tcp.addr,
    close: () => tcp.close(),
    async *[Symbol.asyncIterator]() {
      for await (const connection of tcp) {
        const setKeepAlive = connection.setKeepAlive.bind(connection);
        connection.setKeepAlive = (isOn = true) => {
          asked.push(isOn);
          setKeepAlive(isOn);
        };
        yield connection;
      }
    },
  };
  await using server = await startServer({ listener });
  await using person = await RawClient.join(server.port);
  person.send("/who");
  await person.text("1 of 20 seats");
  assertEquals(asked, [true]);
});

/** Passes bytes on in both directions until it drops them; then both sides see an open, silent connection. */
class SwallowingProxy {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #connections: Deno.Conn[] = [];
  #copying: Promise<void>[] = [];
  #swallows = false;

  static start(port: number): SwallowingProxy {
    const proxy = new SwallowingProxy();
    proxy.#copying.push(proxy.#accept(port));
    return proxy;
  }

  get port(): number {
    return (this.#listener.addr as Deno.NetAddr).port;
  }

  swallow(): void {
    this.#swallows = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) connection.close();
    await Promise.all(this.#copying);
  }

  async #accept(port: number): Promise<void> {
    for await (const near of this.#listener) {
      const far = await Deno.connect({ hostname: "127.0.0.1", port });
      this.#connections.push(near, far);
      this.#copying.push(this.#copy(near, far), this.#copy(far, near));
    }
  }

  async #copy(from: Deno.Conn, to: Deno.Conn): Promise<void> {
    const buffer = new Uint8Array(4_096);
    try {
      for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
        if (!this.#swallows) await to.write(buffer.slice(0, count));
      }
    } catch {
      // Closed by the test.
    }
  }
}
