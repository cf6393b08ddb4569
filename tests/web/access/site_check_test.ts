import { assertEquals, assertStringIncludes } from "@std/assert";
import { SiteCheck } from "../../../src/web/access/site_check.ts";

function statusOf(fields: Record<string, string>, method = "GET", hosts: string[] = []): number | "ok" {
  const headers = new Map(Object.entries(fields));
  return new SiteCheck({ hosts }).refuse({ headers, method })?.status ?? "ok";
}

Deno.test("requests to an address, to localhost and to a configured name are answered, and to no other name", () => {
  for (
    const host of ["127.0.0.1:80", "10.1.2.3", "[::1]:8080", "localhost:1", "LocalHost", "Rank.Example:443"]
  ) {
    assertEquals([host, statusOf({ host }, "GET", ["rank.example"])], [host, "ok"]);
  }
  for (
    const host of [
      "",
      "evil.example",
      "evil.example:80",
      "127.0.0.1.evil.example",
      "localhost.evil",
      "a@localhost",
      "[::1",
    ]
  ) {
    assertEquals([host, statusOf({ host }, "GET", ["rank.example"])], [host, 421]);
  }
});

Deno.test("a request from another origin is refused, whatever its method", () => {
  const host = "localhost:8080";
  for (const origin of ["http://localhost:8080", "https://LOCALHOST:8080"]) {
    assertEquals(statusOf({ host, origin }, "POST"), "ok");
  }
  for (
    const origin of [
      "null",
      "",
      "http://localhost",
      "http://localhost:8081",
      "http://evil.example",
      "localhost:8080",
    ]
  ) {
    for (const method of ["GET", "POST"]) {
      assertEquals([origin, statusOf({ host, origin }, method)], [origin, 403]);
    }
  }
});

Deno.test("a proxy that changes the Host field is told of in the refusal", () => {
  const messageOf = (host: string, origin: string) =>
    new SiteCheck({ hosts: ["rank.example"] }).refuse({
      headers: new Map([["host", host], ["origin", origin]]),
      method: "POST",
    })?.message;
  // What nginx sends by itself, and with $host in front of another port than that of the scheme.
  for (const host of ["127.0.0.1:8080", "rank.example"]) {
    const message = messageOf(host, "https://rank.example:8443")!;
    assertStringIncludes(message, `this one is for ${host}, and its Origin is another`);
    assertStringIncludes(message, "nginx: proxy_set_header Host $http_host");
  }
  assertEquals(messageOf("rank.example", "null"), "Requests from other sites are not allowed");
});

Deno.test("another site may link to the page, and may not send it anything else", () => {
  const fields = { "host": "localhost", "sec-fetch-site": "cross-site" };
  assertEquals(statusOf({ ...fields, "sec-fetch-mode": "navigate" }), "ok");
  assertEquals(statusOf({ ...fields, "sec-fetch-mode": "navigate" }, "POST"), 403);
  assertEquals(statusOf({ ...fields, "sec-fetch-mode": "no-cors" }), 403);
  assertEquals(statusOf({ ...fields, "sec-fetch-site": "same-site" }), 403);
  assertEquals(statusOf({ ...fields, "sec-fetch-site": "same-origin" }, "POST"), "ok");
  assertEquals(statusOf({ ...fields, "sec-fetch-site": "none" }), "ok");
});
