// The names of --tls, and the address that the server listens on for them.

import { assertEquals } from "@std/assert";
import { listeningHost, parseTlsNames } from "../../../../src/cli/server/init/tls_names.ts";

Deno.test("names and addresses are accepted, in lower case and once", () => {
  for (
    const [list, names] of [
      ["db.example", ["db.example"]],
      ["DB.example, db.example,192.0.2.7", ["db.example", "192.0.2.7"]],
      ["localhost,::1,2001:db8::7", ["localhost", "::1", "2001:db8::7"]],
      ["xn--mnchen-3ya.example", ["xn--mnchen-3ya.example"]],
    ] as const
  ) {
    assertEquals(parseTlsNames(list), { ok: true, names }, list);
  }
});

Deno.test("what no certificate of a server may have is refused with the name", () => {
  const wrong = ["", "a,", "a b", "*.example", "münchen.example", "db.example:6001", "192.0.2", "1.2.3.400"];
  const others = ["-a", "a..b", "fe80::1%eth0", "https://db.example", 'a"b', `${"a".repeat(64)}.b`];
  for (const list of [...wrong, ...others]) assertEquals(parseTlsNames(list).ok, false, list);
  assertEquals(parseTlsNames("a,*.b"), {
    ok: false,
    message: '--tls must list names such as db.example and addresses such as 192.0.2.7, got "*.b"',
  });
  const many = Array.from({ length: 101 }, (_, index) => `a${index}`);
  assertEquals(parseTlsNames(many.join()), { ok: false, message: "--tls takes at most 100 names, got 101" });
});

Deno.test("the server listens on loopback only if all names are of this machine", () => {
  for (
    const [names, host] of [
      [["localhost", "127.0.0.1"], "127.0.0.1"],
      [["::1", "localhost"], "::1"],
      [["localhost", "db.example"], "0.0.0.0"],
      [["127.db.example"], "0.0.0.0"],
      [["2001:db8::7"], "::"],
    ] as const
  ) {
    assertEquals(listeningHost(names), host, names.join());
  }
});
