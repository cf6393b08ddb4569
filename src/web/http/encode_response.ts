// The bytes of a response. Every response has the fields that keep a browser from doing anything with it that is not meant.

import type { WebResponse } from "./request.ts";

const PHRASES: Readonly<Record<number, string>> = {
  101: "Switching Protocols",
  200: "OK",
  204: "No Content",
  304: "Not Modified",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  421: "Misdirected Request",
  426: "Upgrade Required",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  501: "Not Implemented",
  503: "Service Unavailable",
  505: "HTTP Version Not Supported",
};

/** The page loads nothing from elsewhere, runs no script of its text, and is shown in no frame. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
  "img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const FIXED = {
  "Content-Security-Policy": POLICY,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
};

const encoder = new TextEncoder();

export interface ResponseForm {
  /** The answer to HEAD has no body. */
  readonly hasBody: boolean;
  readonly isKept: boolean;
}

export function encodeResponse(response: WebResponse, { hasBody, isKept }: ResponseForm): Uint8Array {
  const { status, headers = {}, take } = response;
  const body = typeof response.body === "string" ? encoder.encode(response.body) : response.body;
  const fields: Record<string, string> = { "Cache-Control": "no-store", ...FIXED, ...headers };
  if (take === undefined) {
    if (status !== 204 && status !== 304) fields["Content-Length"] = String(body?.length ?? 0);
    if (!isKept) fields["Connection"] = "close";
  }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const head = encoder.encode(`HTTP/1.1 ${status} ${PHRASES[status] ?? "Unknown"}\r\n${lines}\r\n`);
  if (body === undefined || !hasBody) return head;
  const whole = new Uint8Array(head.length + body.length);
  whole.set(head);
  whole.set(body, head.length);
  return whole;
}
