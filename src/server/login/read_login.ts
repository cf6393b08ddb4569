// The first line of a connection on a server that asks for tokens: a `hello`, or `/login TOKEN` typed by hand. It is read
// for its token alone; whatever else a hello asks for is looked at when its sender is known.

import { isNestedDeeper } from "../../protocol/wire/mod.ts";
import { type Id, parseLine } from "../../protocol/json_rpc/mod.ts";

/** What a first line turned out to be; without `token` it shows none. */
export type Login =
  | {
    readonly form: "json";
    readonly token?: string;
    /** The seat that its sender wants back. */
    readonly resume?: string;
    /** Of the request that it is; absent where nothing is answered. */
    readonly id?: Id;
  }
  | { readonly form: "text"; readonly token?: string };

export interface LoginLimits {
  readonly idLength: number;
  readonly jsonDepth: number;
}

export function readLogin(line: string, { idLength, jsonDepth }: LoginLimits): Login {
  if (!/^\s*[{[]/.test(line)) {
    const token = /^\s*\/login\s+(\S+)\s*$/.exec(line)?.[1];
    return { form: "text", ...(token === undefined ? {} : { token }) };
  }
  if (isNestedDeeper(line, jsonDepth)) return { form: "json" };
  // What cannot be read is not repeated: a token may be in it. And a batch is none of one line.
  const message = parseLine(line, 1, idLength);
  if (message.kind !== "request" && message.kind !== "notification") return { form: "json" };
  const id = message.kind === "request" ? { id: message.id } : {};
  if (message.method !== "hello") return { form: "json", ...id };
  const { token, resume } = (message.params ?? {}) as Record<string, unknown>;
  return { form: "json", ...id, ...textOf("token", token), ...textOf("resume", resume) };
}

function textOf<Name extends string>(name: Name, value: unknown): { [Key in Name]?: string } {
  return typeof value === "string" ? { [name]: value } as { [Key in Name]?: string } : {};
}
