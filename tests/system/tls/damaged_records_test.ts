// TLS that is damaged on the way: at some byte of a handshake, or behind it, something is changed, left out, doubled or
// made up, or the connection is cut. The server closes such a connection, and goes on (G9, G12).

import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async";
import { connect, createServer, type Server, type Socket } from "node:net";
import { drawSeed } from "../../support/seed.ts";
import { WAIT_MS } from "../../support/server/arrivals.ts";
import { Random } from "../../support/random.ts";
import { openDescriptors } from "../../support/programs/process_facts.ts";
import { ServerProcess } from "../../support/programs/start_process.ts";
import { Certificates, isOpensslMissing } from "../../support/programs/certificates.ts";
import { pythonClient } from "../../support/programs/foreign_client.ts";

const CASES = 400;
const AT_ONCE = 20;
/** What a client here sends, its part of the handshake and some lines, is a little longer. */
const DAMAGED_BYTES = 600;

/** What is sent in place of what begins with `rest`, or how the connection is broken off there. */
type Damage = (rest: Uint8Array, random: Random) => Uint8Array | "reset" | "end";

const DAMAGES: readonly Damage[] = [
  (rest, random) => rest.with(0, random.below(256)),
  (rest) => rest.subarray(1),
  (rest) => joined(rest.subarray(0, 20), rest),
  (_, random) => noise(random, 300),
  (rest, random) => joined(noise(random, 30), rest),
  // Records of each kind, with a length that may be true.
  (rest, random) => joined(record(0x14 + random.below(5), noise(random, 300)), rest),
  // One that says it is as long as can be said.
  (rest) => joined(Uint8Array.of(0x17, 3, 3, 0xff, 0xff), rest),
  () => "reset",
  () => "end",
];

Deno.test({
  name: "G9, G12: TLS that is damaged on the way ends its own connection and nothing else",
  ignore: isOpensslMissing,
  async fn() {
    const seed = drawSeed();
    console.log(`TEST_SEED=${seed}`);
    await using certificates = await Certificates.make();
    const { cert, key } = await certificates.issue("server");
    await using server = await ServerProcess.start({
      args: ["--tls-cert", cert, "--tls-key", key, "--max-clients", "100"],
      env: { RANKSERVER_LIMITS_PENDING_MS: "300", RANKSERVER_LIMITS_FIRST_LINE_MS: "300" },
    });
    const isServed = async () => (await pythonClient(server.port, { ca: certificates.ca })).success;
    // The first client has the runtime open files of its own.
    assert(await isServed());
    const descriptors = await openDescriptors(server.pid);
    await using proxy = await DamagingProxy.before(server.port, seed);
    const caCerts = [await Deno.readTextFile(certificates.ca)];
    for (let done = 0; done < CASES; done += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, () => talk(proxy.port, caCerts)));
    }
    assert(proxy.damaged > 0.9 * CASES, `only ${proxy.damaged} connections were damaged`);
    assert(await isServed());
    const giveUpAt = performance.now() + WAIT_MS;
    while (await openDescriptors(server.pid) > descriptors && performance.now() < giveUpAt) await delay(20);
    assertEquals(await openDescriptors(server.pid), descriptors);
    assertEquals(server.output.filter((line) => line.startsWith("Internal error in")), []);
    const { code, stderr } = await server.stop();
    assertEquals([code, stderr], [0, ""]);
  },
});

/** A client that begins a dialogue, and takes whatever comes of it. */
async function talk(port: number, caCerts: string[]): Promise<void> {
  try {
    using conn = await Deno.connectTls({ hostname: "localhost", port, caCerts });
    const line = '{"jsonrpc":"2.0","id":1,"method":"ping"}\n';
    for (let i = 0; i < 5; i++) await conn.write(new TextEncoder().encode(line));
    await conn.closeWrite();
    const buffer = new Uint8Array(1_000);
    while (await conn.read(buffer) !== null);
  } catch {
    // What was damaged is for the other end to find out, or for this one.
  }
}

/** Passes on what is sent in both directions, but for one place in what each client sends. */
class DamagingProxy implements AsyncDisposable {
  damaged = 0;
  readonly #listener: Server;
  readonly #random: Random;

  private constructor(listener: Server, seed: number) {
    this.#listener = listener;
    this.#random = new Random(seed);
  }

  static async before(serverPort: number, seed: number): Promise<DamagingProxy> {
    const proxy: DamagingProxy = new DamagingProxy(
      createServer({ allowHalfOpen: true }, (client) => proxy.#pass(client, serverPort)),
      seed,
    );
    await new Promise<void>((resolve) => proxy.#listener.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get port(): number {
    return (this.#listener.address() as { port: number }).port;
  }

  #pass(client: Socket, serverPort: number): void {
    const server = connect({ port: serverPort, host: "127.0.0.1", allowHalfOpen: true });
    const random = new Random(this.#random.below(2 ** 31));
    const damage = DAMAGES[random.below(DAMAGES.length)]!;
    let untouched = random.below(DAMAGED_BYTES);
    let isDamaged = false;
    client.on("data", (bytes: Uint8Array) => {
      if (isDamaged || bytes.length <= untouched) {
        untouched -= bytes.length;
        server.write(bytes);
        return;
      }
      isDamaged = true;
      this.damaged++;
      server.write(bytes.subarray(0, untouched));
      const instead = damage(bytes.subarray(untouched), random);
      if (instead === "reset") server.resetAndDestroy();
      else if (instead === "end") server.end();
      else server.write(instead);
    });
    client.on("end", () => server.end());
    client.on("error", () => server.destroy());
    server.on("data", (bytes: Uint8Array) => client.write(bytes));
    // Nobody waits for who was broken off.
    server.on("close", () => client.destroy()).on("end", () => client.destroy()).on("error", () => {});
    client.on("close", () => server.destroy());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise((resolve) => this.#listener.close(resolve));
  }
}

function record(type: number, payload: Uint8Array): Uint8Array {
  return joined(Uint8Array.of(type, 3, 3, payload.length >> 8, payload.length & 0xff), payload);
}

function noise(random: Random, most: number): Uint8Array {
  return Uint8Array.from({ length: random.below(most) }, () => random.below(256));
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
