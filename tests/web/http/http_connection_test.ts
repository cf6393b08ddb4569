import { assert, assertEquals } from "@std/assert";
import { exchange, readToEnd, WebGround } from "../../support/web/web_ground.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { ConnectionPool } from "../../../src/web/http/connection_pool.ts";

const GET = "GET /healthz HTTP/1.1\r\nHost: a\r\n";

Deno.test("requests on one connection are answered in their order", async () => {
  await using ground = await WebGround.start();
  const text = await exchange(
    ground.port,
    `${GET}\r\n\r\n\r\nHEAD /readyz HTTP/1.1\r\nHost: a\r\n\r\n${GET}Connection: close\r\n\r\n`,
  );
  assertEquals(text.match(/HTTP\/1\.1 200 OK/g)?.length, 3);
  assertEquals(text.match(/ok\n/g)?.length, 2);
  assert(!text.includes("ready\n"), "the answer to HEAD has no body");
});

Deno.test("a request that arrives one byte at a time is answered", async () => {
  await using ground = await WebGround.start();
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: ground.port });
  connection.setNoDelay(true);
  for (const byte of new TextEncoder().encode(`${GET}Connection: close\r\n\r\n`)) {
    await connection.write(Uint8Array.of(byte));
  }
  assert((await readToEnd(connection)).startsWith("HTTP/1.1 200 OK\r\n"));
});

Deno.test("a head or a body that is too long, and one that is malformed, end the connection with an answer", async () => {
  await using ground = await WebGround.start();
  const { port } = ground;
  const long = await exchange(port, `${GET}A: ${"a".repeat(20_000)}`);
  assert(long.startsWith("HTTP/1.1 431 "), long);
  const body = await exchange(
    port,
    `POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n${"a".repeat(5_000)}`,
  );
  assert(body.startsWith("HTTP/1.1 413 "), body);
  const malformed = await exchange(port, "\x15\x03\x01\r\n\r\n");
  assert(malformed.startsWith("HTTP/1.1 400 "), malformed);
});

Deno.test("a client that speaks TLS to a port without it is answered with an alert, and not waited for", async () => {
  await using ground = await WebGround.start();
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: ground.port });
  // The beginning of a record that says it is longer.
  await connection.write(Uint8Array.of(0x16, 3, 1, 2, 0, 1));
  assertEquals(await readToEnd(connection), "\x15\x03\x01\x00\x02\x02\x0a");
});

Deno.test("a client that waits before it sends the body is told to go on", async () => {
  await using ground = await WebGround.start();
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: ground.port });
  const write = (text: string) => connection.write(new TextEncoder().encode(text));
  await write(
    `POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 13\r\n` +
      "Expect: 100-continue\r\nConnection: close\r\n\r\n",
  );
  const buffer = new Uint8Array(100);
  const count = await connection.read(buffer);
  assertEquals(new TextDecoder().decode(buffer.subarray(0, count ?? 0)), "HTTP/1.1 100 Continue\r\n\r\n");
  await write('{"token":"a"}');
  assert((await readToEnd(connection)).startsWith("HTTP/1.1 409 "));
});

Deno.test("every answer has the fields that protect a browser", async () => {
  await using ground = await WebGround.start();
  for (const path of ["/", "/healthz", "/nowhere", "/session"]) {
    const { headers } = await ground.ask(`GET ${path}`);
    assert(headers.get("content-security-policy")?.startsWith("default-src 'none'; "));
    assertEquals(headers.get("x-content-type-options"), "nosniff");
    assertEquals(headers.get("cache-control"), path === "/" ? "no-cache" : "no-store");
  }
});

Deno.test("beyond the limit the oldest connection is closed, and one whose deadline has passed", () => {
  const clock = new FakeClock();
  const pool = new ConnectionPool({
    maxConnections: 2,
    maxPerAddress: 2,
    exemptsLoopback: true,
    requestMs: 10,
  }, clock);
  const closed: string[] = [];
  const connection = (name: string, ip = "127.0.0.1") => {
    const made = {
      ip,
      destroy() {
        closed.push(name);
        pool.remove(made);
      },
    };
    return made;
  };
  const [a, b, c] = [connection("a"), connection("b"), connection("c")];
  pool.add(a);
  clock.advance(5);
  pool.add(b);
  pool.renew(a);
  pool.add(c);
  assertEquals(closed, ["b"]);
  clock.advance(9);
  assertEquals(closed, ["b"]);
  clock.advance(1);
  assertEquals([closed, pool.size, clock.timers], [["b", "a", "c"], 0, 0]);
});

Deno.test("an address has its own limit, except loopback where none is configured", () => {
  const limits = { maxConnections: 100, maxPerAddress: 2, requestMs: 10 };
  const add = (ip: string, exemptsLoopback: boolean) => {
    const pool = new ConnectionPool({ ...limits, exemptsLoopback }, new FakeClock());
    const added = [1, 2, 3].map(() => ({ ip, destroy() {} })).filter((connection) => pool.add(connection));
    pool.remove(added[0]!);
    return [added.length, pool.add({ ip, destroy() {} })];
  };
  assertEquals(add("10.0.0.1", true), [2, true]);
  assertEquals(add("127.0.0.1", false), [2, true]);
  assertEquals(add("127.0.0.1", true), [3, true]);
});
