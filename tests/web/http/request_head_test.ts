import { assertEquals } from "@std/assert";
import { readHead } from "../../../src/web/http/request_head.ts";

const HOST = "Host: a\r\n";

function statusOf(text: string): number | "ok" {
  const read = readHead(text, 100);
  return read.ok ? "ok" : read.fault.status;
}

Deno.test("a request head is read with its path, fields and length", () => {
  const read = readHead(
    "POST /a/b?c=d HTTP/1.1\r\nHost: h:1\r\nX-One:  two words \r\nContent-Length: 12",
    100,
  );
  if (!read.ok) throw new Error(read.fault.message);
  const { method, path, headers, bodyBytes, isKept } = read.head;
  assertEquals({ method, path, bodyBytes, isKept }, {
    method: "POST",
    path: "/a/b",
    bodyBytes: 12,
    isKept: true,
  });
  assertEquals(headers.get("x-one"), "two words");
});

Deno.test("fields to which each proxy adds its own may be repeated", () => {
  const read = readHead(
    `GET / HTTP/1.1\r\n${HOST}X-Forwarded-For: 10.0.0.1\r\nx-forwarded-for: 10.0.0.2\r\nForwarded: for=a\r\nForwarded: for=b`,
    100,
  );
  if (!read.ok) throw new Error(read.fault.message);
  assertEquals(read.head.headers.get("x-forwarded-for"), "10.0.0.1, 10.0.0.2");
});

Deno.test("only a client of HTTP/1.1 may wait before it sends the body", () => {
  const expects = (version: string) => {
    const read = readHead(`POST / ${version}\r\n${HOST}Content-Length: 1\r\nExpect: 100-Continue`, 100);
    return read.ok && read.head.expectsContinue;
  };
  assertEquals([expects("HTTP/1.1"), expects("HTTP/1.0")], [true, false]);
});

Deno.test("only a request of HTTP/1.1 that does not close keeps its connection", () => {
  const isKept = (text: string) => {
    const read = readHead(text, 100);
    return read.ok && read.head.isKept;
  };
  assertEquals(isKept(`GET / HTTP/1.1\r\n${HOST}Connection: keep-alive, Upgrade`), true);
  assertEquals(isKept(`GET / HTTP/1.1\r\n${HOST}Connection: Close`), false);
  assertEquals(isKept("GET / HTTP/1.0"), false);
});

Deno.test("a head that two programs could read in two ways is refused", () => {
  const heads: [head: string, status: number][] = [
    ["", 400],
    ["GET /", 400],
    ["get / HTTP/1.1\r\nHost: a", 400],
    ["GET  / HTTP/1.1\r\nHost: a", 400],
    ["GET http://a/ HTTP/1.1\r\nHost: a", 400],
    ["GET / HTTP/1.1", 400],
    ["GET / HTTP/2.0\r\nHost: a", 505],
    [`GET / HTTP/1.1\r\n${HOST}Host: b`, 400],
    [`GET / HTTP/1.1\r\n${HOST}Name : value`, 400],
    [`GET / HTTP/1.1\r\n${HOST} folded`, 400],
    [`GET / HTTP/1.1\r\n${HOST}A: b\nC: d`, 400],
    [`GET / HTTP/1.1\r\n${HOST}A: b\rC: d`, 400],
    [`GET / HTTP/1.1\r\n${HOST}A: b\0`, 400],
    [`POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\nContent-Length: 3`, 400],
    [`POST / HTTP/1.1\r\n${HOST}Content-Length: 3, 3`, 400],
    [`POST / HTTP/1.1\r\n${HOST}Content-Length: -1`, 400],
    [`POST / HTTP/1.1\r\n${HOST}Content-Length: 0x10`, 400],
    [`POST / HTTP/1.1\r\n${HOST}Content-Length: 101`, 413],
    [`POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked`, 501],
    [`POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nContent-Length: 3`, 501],
    [`GET / HTTP/1.1\r\n${HOST}${"A: b\r\n".repeat(101)}Z: z`, 400],
  ];
  for (const [head, status] of heads) assertEquals([head, statusOf(head)], [head, status]);
});
