// The parts of the limits and of the login that need no connection: address keys, counters, buckets and first lines.

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ServerEvent } from "../../../src/log/server_event.ts";
import { isNestedDeeper } from "../../../src/protocol/wire/json_depth.ts";
import { addressKey, isLoopback } from "../../../src/server/limits/address_key.ts";
import { TokenBucket } from "../../../src/server/limits/token_bucket.ts";
import { Authenticator } from "../../../src/server/login/authenticator.ts";
import { ConnectionCounts } from "../../../src/server/limits/connection_counts.ts";
import { FailedLogins } from "../../../src/server/limits/failed_logins.ts";
import { costForAll, RateLimit, type RateLimited } from "../../../src/server/limits/rate_limit.ts";
import { readLogin } from "../../../src/server/login/read_login.ts";
import { sha256 } from "../../support/server/tokens.ts";
import { holds } from "../../support/seed.ts";

Deno.test("an IPv4 address is counted as it is, an IPv6 one by its network of 64 bits", () => {
  assertEquals(
    [
      ["192.0.2.7", "192.0.2.7"],
      ["::ffff:192.0.2.7", "192.0.2.7"],
      ["::FFFF:192.0.2.7", "192.0.2.7"],
      ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
      ["2001:DB8:1:2::", "2001:db8:1:2::/64"],
      ["2001:0db8:0001:0002::9", "2001:db8:1:2::/64"],
      ["2001:db8::9", "2001:db8:0:0::/64"],
      ["::1", "0:0:0:0::/64"],
      ["fe80::1%eth0", "fe80:0:0:0::/64"],
      ["64:ff9b::192.0.2.7", "64:ff9b:0:0::/64"],
      ["1:2:3:4:5:6:192.0.2.7", "1:2:3:4::/64"],
    ].map(([ip]) => addressKey(ip!)),
    [
      ...[
        "192.0.2.7",
        "192.0.2.7",
        "192.0.2.7",
        "2001:db8:1:2::/64",
        "2001:db8:1:2::/64",
        "2001:db8:1:2::/64",
      ],
      ...["2001:db8:0:0::/64", "0:0:0:0::/64", "fe80:0:0:0::/64", "64:ff9b:0:0::/64", "1:2:3:4::/64"],
    ],
  );
});

Deno.test("connections of an address are counted up to its limit, and nothing is kept of one that has none", () => {
  const counts = new ConnectionCounts(2);
  assertEquals([counts.add("a"), counts.add("a"), counts.add("a"), counts.add("b")], [
    true,
    true,
    false,
    true,
  ]);
  counts.remove("a");
  assertEquals([counts.add("a"), counts.add("a")], [true, false]);
  for (const key of ["a", "a", "b"]) counts.remove(key);
  assertEquals(counts.size, 0);
  const unlimited = new ConnectionCounts(0);
  for (let i = 0; i < 1_000; i++) assert(unlimited.add("a"));
});

Deno.test("an address is blocked by one failure more than it may have, until its window is over", () => {
  const failures = new FailedLogins({ failuresPerAddress: 2, failureWindowMs: 1_000, failureAddresses: 10 });
  failures.note("a", 100);
  failures.note("a", 200);
  assertEquals(failures.blockedMs("a", 300), 0);
  failures.note("a", 400);
  assertEquals([failures.blockedMs("a", 400), failures.blockedMs("b", 400)], [700, 0]);
  assertEquals([failures.blockedMs("a", 1_099.5), failures.blockedMs("a", 1_100)], [1, 0]);
  failures.note("a", 1_100);
  assertEquals(failures.blockedMs("a", 1_100), 0, "a new window counts from one");
});

Deno.test("G9: addresses with failures are bounded, and the one counted longest is forgotten first", () => {
  const failures = new FailedLogins({ failuresPerAddress: 1, failureWindowMs: 1_000, failureAddresses: 3 });
  for (const key of ["a", "a", "b", "b", "c", "c"]) failures.note(key, 0);
  failures.note("d", 1);
  assertEquals(failures.size, 3);
  assertEquals(["a", "b", "c"].map((key) => failures.blockedMs(key, 1) > 0), [false, true, true]);
  failures.note("e", 5_000);
  assertEquals(failures.size, 1, "what is over is not kept");
});

Deno.test("a bucket is full at first, and grows with time up to its burst", () => {
  const bucket = new TokenBucket({ perSecond: 100, burst: 10 }, 0);
  assertEquals([bucket.take(4), bucket.take(6), bucket.take(1)], [true, true, false]);
  assertEquals([bucket.waitMs(1), bucket.waitMs(5)], [10, 50]);
  bucket.refill(30);
  assertEquals([bucket.take(4), bucket.take(3), bucket.take(1)], [false, true, false]);
  bucket.refill(1_000_000);
  assertEquals([bucket.take(10), bucket.take(1)], [true, false]);
  bucket.refill(1_000_100);
  assert(bucket.take(500), "what costs more than a burst costs a burst");
});

Deno.test("no client ever gets more than the burst and what was refilled", () => {
  const steps = fc.array(fc.tuple(fc.nat(50), fc.nat(30)), { maxLength: 100 });
  holds(
    fc.property(
      steps,
      fc.integer({ min: 1, max: 1_000 }),
      fc.integer({ min: 1, max: 50 }),
      (history, perSecond, burst) => {
        const bucket = new TokenBucket({ perSecond, burst }, 0);
        let now = 0;
        let taken = 0;
        for (const [ms, cost] of history) {
          bucket.refill(now += ms);
          if (cost <= burst && bucket.take(cost)) taken += cost;
          assert(taken <= burst + now * perSecond / 1_000 + 1e-6);
        }
      },
    ),
  );
});

function asker(isOnLoopback = false): RateLimited {
  return {
    ip: "192.0.2.1",
    port: 7,
    name: "web",
    address: "192.0.2.1:7",
    isOnLoopback,
    lastRequestAt: 0,
    rate: undefined,
  };
}

Deno.test("a refusal says how long to wait, and a second of refusals is one log line", () => {
  const events: ServerEvent[] = [];
  const limit = new RateLimit(
    { perSecond: 10, burst: 2, exemptsLoopback: true },
    (event) => events.push(event),
  );
  const client = asker();
  for (let now = 0; now < 2_000; now += 10) {
    limit.begin(client, now);
    for (let i = 0; i < 5; i++) {
      const refusal = limit.take(client, 1);
      if (refusal === undefined) continue;
      assertEquals([refusal.reason, refusal.data?.limit], ["rate_limited", 10]);
      assert(Number(refusal.data?.retry_after_ms) <= 100);
    }
    limit.end(client);
  }
  assertEquals(events.length, 2);
  limit.forget(client);
  const refused = events.map((event) => "count" in event ? event.count : 0).reduce((a, b) => a + b);
  // 2 at first, and 10 in each of two seconds.
  assertEquals([events.length, 1_000 - refused], [3, 21]);
});

Deno.test("tokens for many commands are taken all or none, and without a limit there is no state", () => {
  const limit = new RateLimit({ perSecond: 1, burst: 10, exemptsLoopback: true }, () => {});
  const client = asker();
  limit.begin(client, 0);
  assertEquals(
    [limit.take(client, 8)?.reason, limit.take(client, 3)?.reason, limit.take(client, 2)?.reason],
    [
      undefined,
      "rate_limited",
      undefined,
    ],
  );
  const free = asker();
  const none = new RateLimit({ perSecond: 0, burst: 1, exemptsLoopback: true }, () => {});
  none.begin(free, 5);
  for (let i = 0; i < 100; i++) assertEquals(none.take(free, 1_000), undefined);
  assertEquals([free.rate, free.lastRequestAt], [undefined, 5]);
});

Deno.test("clients on loopback have no rate limit where it is not set, and the limit where it is", () => {
  for (const exemptsLoopback of [true, false]) {
    const limit = new RateLimit({ perSecond: 1, burst: 1, exemptsLoopback }, () => {});
    const taken = [asker(true), asker(false)].map((client) => {
      limit.begin(client, 0);
      const before = limit.available(client);
      return [before, limit.take(client, 1)?.reason, limit.take(client, 1)?.reason];
    });
    const limited = [1, undefined, "rate_limited"];
    assertEquals(taken, [exemptsLoopback ? [Infinity, undefined, undefined] : limited, limited]);
  }
});

Deno.test("an address of this machine's own loopback is known in every form", () => {
  const local = ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1", "::FFFF:127.0.0.1"];
  const remote = ["192.0.2.1", "128.0.0.1", "::2", "::ffff:10.0.0.1", "fe80::1", "1127.0.0.1"];
  assertEquals(local.filter(isLoopback), local);
  assertEquals(remote.filter(isLoopback), []);
});

Deno.test("a question about all members costs the more the more there are", () => {
  assertEquals([0, 9, 10, 1_000].map(costForAll), [1, 1, 2, 101]);
});

Deno.test("a token is identified by its hash, and any other token by none", () => {
  const rights = { issue: ["uptime"], execute: true, watch: true, evict: false };
  const tokens = ["a", "b"].map((name) => ({ name, sha256: sha256(`${name}!`), ...rights }));
  const authenticator = new Authenticator(tokens);
  const { name, rights: found } = authenticator.identify("b!")!;
  assertEquals([name, found], ["b", { ...rights, issue: new Set(["uptime"]) }]);
  for (const other of ["", "b", "b!!", "B!", sha256("b!")]) {
    assertEquals(authenticator.identify(other), undefined);
  }
});

Deno.test("of new tokens one can tell who lost the old one, and what the others may do now", () => {
  const rights = { issue: undefined, execute: true, watch: false, evict: false };
  const entry = (name: string, token: string, more = {}) => ({
    name,
    sha256: sha256(token),
    ...rights,
    ...more,
  });
  const authenticator = new Authenticator([entry("stays", "1"), entry("changes", "2"), entry("goes", "3")]);
  const replacement = authenticator.replace([
    entry("stays", "1", { watch: true }),
    entry("changes", "2b"),
    entry("comes", "4"),
  ]);
  assertEquals(["stays", "changes", "goes"].map((name) => replacement.isRevoked(name)), [false, true, true]);
  assertEquals(replacement.rightsOf("stays")?.watch, true);
  assertEquals(["1", "2", "2b", "3", "4"].map((token) => authenticator.identify(token)?.name), [
    ...["stays", undefined, "changes", undefined, "comes"],
  ]);
});

Deno.test("the depth of brackets is counted outside of strings", () => {
  const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  assertEquals([isNestedDeeper(deep(4), 4), isNestedDeeper(deep(5), 4)], [false, true]);
  assertEquals(isNestedDeeper(`[${'{"a":[1]},'.repeat(50)}0]`, 4), false, "many, and none of them deep");
  assertEquals(isNestedDeeper(`{"a":"${"[{".repeat(50)}\\"${"[".repeat(50)}"}`, 4), false, "in a string");
  assertEquals(isNestedDeeper(`{"\\\\":${deep(4)}}`, 4), true, "a backslash that ends a string");
});

Deno.test("the depth is that of what JSON.parse makes of a text", () => {
  const depthOf = (value: unknown): number =>
    typeof value === "object" && value !== null
      ? 1 + Math.max(0, ...Object.entries(value).map(([, item]) => depthOf(item)))
      : 0;
  holds(fc.property(fc.json({ maxDepth: 6 }), fc.integer({ min: 1, max: 6 }), (text, limit) => {
    assertEquals(isNestedDeeper(text, limit), depthOf(JSON.parse(text)) > limit, text);
  }));
});

Deno.test("a first line shows its token, and its id where it is a request", () => {
  const limits = { idBytes: 10, jsonDepth: 4 };
  const read = (line: string) => JSON.parse(JSON.stringify(readLogin(line, limits)));
  const hello = (rest: string) => `{"jsonrpc":"2.0",${rest}}`;
  assertEquals(read(hello('"id":1,"method":"hello","params":{"token":"t","resume":"r","nonsense":1}')), {
    ...{ form: "json", id: 1, token: "t", resume: "r" },
  });
  assertEquals(read(hello('"method":"hello","params":{"token":"t"}')), { form: "json", token: "t" });
  assertEquals(read(hello('"id":1,"method":"run","params":{"token":"t"}')), { form: "json", id: 1 });
  assertEquals(read(hello('"id":1,"method":"hello","params":{"token":["t"]}')), { form: "json", id: 1 });
  assertEquals(read(`[${hello('"id":1,"method":"hello","params":{"token":"t"}')}]`), { form: "json" });
  assertEquals(read(`{"token":"t"`), { form: "json" });
  assertEquals(read("[".repeat(1_000)), { form: "json" });
  for (const line of ["/login t", "  /login   t "]) assertEquals(read(line), { form: "text", token: "t" });
  for (const line of ["", "login t", "/login", "/login a b", "uptime"]) {
    assertEquals(read(line), { form: "text" });
  }
});
