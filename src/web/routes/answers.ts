// The forms of answers that several routes give.

import type { WebRequest, WebResponse } from "../http/mod.ts";
import type { PageError } from "../feed/mod.ts";

const JSON_TYPE = { "Content-Type": "application/json" };
const TEXT_TYPE = { "Content-Type": "text/plain; charset=utf-8" };

export function json(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): WebResponse {
  return { status, headers: { ...JSON_TYPE, ...headers }, body: `${JSON.stringify(value)}\n` };
}

export function refuse(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): WebResponse {
  const error: PageError = { error: message };
  return json(status, error, headers);
}

export function text(status: number, body: string): WebResponse {
  return { status, headers: TEXT_TYPE, body: `${body}\n` };
}

/** The answer to an action; the text is for people. */
export function done(text: string): WebResponse {
  return json(200, { text });
}

export type ReadBody = { readonly ok: true; readonly value: unknown } | {
  readonly ok: false;
  readonly response: WebResponse;
};

/** The JSON that a request has as its body. A form of another site cannot send that type. */
export function readBody({ headers, body }: WebRequest): ReadBody {
  const [type = ""] = (headers.get("content-type") ?? "").toLowerCase().split(";", 1);
  if (type.trim() !== "application/json") {
    return {
      ok: false,
      response: refuse(415, "The body must be JSON, with the Content-Type application/json"),
    };
  }
  try {
    return { ok: true, value: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)) };
  } catch {
    return { ok: false, response: refuse(400, "The body must be valid JSON") };
  }
}
