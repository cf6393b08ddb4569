// Tokens that tests can write down: that of "ada" is "token of ada" in base64url's alphabet.

import { createHash } from "node:crypto";
import { type Json, RawClient, type RawClientOptions } from "./raw_client.ts";

export function tokenOf(name: string): string {
  return `token-of-${name}`;
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The text of a file of tokens: what else stands in the table of each name. */
export function tokensToml(tables: Readonly<Record<string, string>>): string {
  return Object.entries(tables)
    .map(([name, more]) => `[tokens.${name}]\nsha256 = "${sha256(tokenOf(name))}"\n${more}\n`).join("");
}

/** Connects, says hello with the token of that name, and waits for the answer. */
export async function login(
  port: number,
  name: string,
  params: Record<string, unknown> = {},
  options?: RawClientOptions,
): Promise<RawClient & { welcome: Json }> {
  const client = await RawClient.connect(port, options);
  try {
    const { result, error } = await client.request("hello", { token: tokenOf(name), ...params });
    if (result === undefined) throw new Error(`${name} is not let in: ${JSON.stringify(error)}`);
    return Object.assign(client, { welcome: result });
  } catch (error) {
    await client.close();
    throw error;
  }
}
