// A client that knows two servers, as programs: what it does when one of them is killed, and which names it checks.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { CLIENT_PROGRAM, runClient } from "../../support/client/client_process.ts";
import { Certificates, isOpensslMissing } from "../../support/programs/certificates.ts";
import { FROM_SOURCES, type Program, ServerProcess } from "../../support/programs/start_process.ts";
import { CAN_UNSHARE, UNSHARE } from "../lead/world/namespaces.ts";

interface JsonEvent {
  readonly event: string;
  readonly port?: number;
  readonly retry_in_ms?: number;
  readonly next?: unknown;
  readonly at?: unknown;
}

/** The events of a client with `--json --stay`, as they come. */
class EventStream implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor([file, ...args]: Program) {
    this.#child = new Deno.Command(file, { args, stdin: "null", stdout: "null", stderr: "piped" }).spawn();
    this.#lines = linesOf(this.#child.stderr);
  }

  /** The next event of a kind, and those before it. */
  async until(kind: string): Promise<JsonEvent[]> {
    const events: JsonEvent[] = [];
    for (;;) {
      const { done, value } = await this.#lines.next();
      assert(!done, `the client ended before "${kind}": ${JSON.stringify(events)}`);
      events.push(JSON.parse(value));
      if (events.at(-1)!.event === kind) return events;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#lines.return?.();
    await this.#child.status;
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let tail = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (tail + text).split("\n");
    tail = lines.pop()!;
    yield* lines;
  }
}

const STAYING = ["--json", "--stay"];

Deno.test("when its server is killed, a client is at the other one without a wait", async () => {
  await using first = await ServerProcess.start();
  await using second = await ServerProcess.start();
  const addresses = `127.0.0.1:${first.port},127.0.0.1:${second.port}`;
  await using client = new EventStream([...CLIENT_PROGRAM as Program, addresses, ...STAYING]);
  const there = (await client.until("welcome")).at(-1)!;
  assertEquals(there.at, { host: "127.0.0.1", port: first.port });
  first.signal("SIGKILL");
  const events = await client.until("welcome");
  assertEquals(events.map(({ event }) => event), ["disconnected", "connected", "welcome"]);
  const other = { host: "127.0.0.1", port: second.port };
  assertEquals([events[0]!.retry_in_ms, events[0]!.next, events.at(-1)!.at], [0, other, other]);
});

Deno.test({
  name: "when a server behind a name with two addresses is killed, the client is at the other address",
  ignore: !CAN_UNSHARE,
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "rank-hosts-" });
    const hosts = join(folder, "hosts");
    await Deno.writeTextFile(hosts, "127.0.0.2 twofold\n127.0.0.3 twofold\n");
    const servers = new Map<string, ServerProcess>();
    const started = await ServerProcess.start({ args: ["--host", "127.0.0.2"] });
    servers.set("127.0.0.2", started);
    const port = String(started.port);
    const other = ServerProcess.spawn({
      program: FROM_SOURCES,
      args: ["--host", "127.0.0.3", "--port", port],
    });
    servers.set("127.0.0.3", other);
    try {
      await other.line("listening");
      const script = 'mount --bind "$0" /etc/hosts && exec "$@"';
      const command = [...CLIENT_PROGRAM, `twofold:${port}`, ...STAYING];
      await using client = new EventStream([UNSHARE, "--mount", "sh", "-c", script, hosts, ...command]);
      const { ip } = (await client.until("welcome")).at(-1)!.at as { ip: string };
      servers.get(ip)!.signal("SIGKILL");
      const next = (await client.until("welcome")).at(-1)!.at;
      const [left] = [...servers.keys()].filter((one) => one !== ip);
      assertEquals(next, { host: "twofold", port: Number(port), ip: left });
    } finally {
      for (const server of servers.values()) await server[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "a certificate is checked for the name that was dialled",
  ignore: isOpensslMissing,
  async fn() {
    await using certificates = await Certificates.make();
    const { cert, key } = await certificates.issue("named", { names: ["DNS:localhost"] });
    await using server = await ServerProcess.start({ args: ["--tls-cert", cert, "--tls-key", key] });
    const { port } = server;
    const flags = ["--ca", certificates.ca];
    const { code, stderr } = await runClient([`127.0.0.1:${port},localhost:${port}`, ...flags]);
    assertStringIncludes(stderr, 'certificate not valid for name "127.0.0.1"');
    assertStringIncludes(stderr, `trying localhost, port ${port}`);
    assertStringIncludes(stderr, `at localhost, port ${port}`);
    assertEquals(code, 0, stderr);
  },
});

Deno.test("without --stay, a client whose addresses are all down ends after one attempt at each", async () => {
  const { code, stderr } = await runClient(["127.0.0.1:1,[::1]:1,127.0.0.2:1"]);
  assertEquals(stderr.match(/cannot connect to \S+ port 1/g), [
    "cannot connect to 127.0.0.1 port 1",
    "cannot connect to ::1 port 1",
    "cannot connect to 127.0.0.2 port 1",
  ]);
  assertEquals(code, 4);
});

Deno.test("a list with something that is no address is refused, and no password is repeated", async () => {
  for (const list of ["a,", ",a", "a,,b", "a,b:", "a,secret@b"]) {
    const { code, stderr } = await runClient([list]);
    assertStringIncludes(stderr, "is not an address; write HOST, HOST:PORT or [::1]:PORT");
    assert(!stderr.includes("secret"), stderr);
    assertEquals(code, 2);
  }
});
