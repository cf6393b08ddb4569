// The first line of a connection on a server with tokens: a `hello` request, or `/login TOKEN` typed by hand. Only the
// token and what is needed to answer are read from it; the request itself is handled after the login.

import { isNestedDeeper } from "../../protocol/wire/mod.ts";
import { type Id, parseLine } from "../../protocol/json_rpc/mod.ts";

/** The contents of a first line; without `token`, the login fails. */
export type Login =
  | {
    readonly form: "json";
    readonly token?: string | undefined;
    /** The resume token of the seat that the client wants back. */
    readonly resume?: string | undefined;
    /** The id of the request; absent when the line requires no response. */
    readonly id?: Id | undefined;
  }
  | { readonly form: "text"; readonly token?: string | undefined };

export interface LoginLineLimits {
  readonly idBytes: number;
  readonly jsonDepth: number;
}

export function readLogin(line: string, { idBytes, jsonDepth }: LoginLineLimits): Login {
  if (!/^\s*[{[]/.test(line)) {
    return { form: "text", token: /^\s*\/login\s+(\S+)\s*$/.exec(line)?.[1] };
  }
  if (isNestedDeeper(line, jsonDepth)) return { form: "json" };
  // Parse errors are not repeated to the client or in the log: the line may contain a token. A batch is no login.
  const message = parseLine(line, 1, idBytes);
  if (message.kind !== "request" && message.kind !== "notification") return { form: "json" };
  const id = message.kind === "request" ? message.id : undefined;
  if (message.method !== "hello") return { form: "json", id };
  const { token, resume } = (message.params ?? {}) as Record<string, unknown>;
  return { form: "json", id, token: stringOrNone(token), resume: stringOrNone(resume) };
}

function stringOrNone(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
