// Releases a seat with its token on a connection of its own, for a member that cannot do it on its own connection.

import { encodeNotification, encodeRequest } from "../../protocol/json_rpc/mod.ts";
import { writeAll } from "../../protocol/wire/mod.ts";
import { type ConnectionSystem, DENO_SYSTEM } from "./connection_system.ts";
import type { ServerAddress } from "../../words/mod.ts";
import type { DialAddress, LinkConn, ServerAccess } from "./transport/mod.ts";

const RETRY_MS = 100;
const READ_BYTES = 4 * 1024;
/** The answer may come behind a welcome, which names all commands. */
const MAX_READS = 1_000;

/** The server, and what it takes to get in. */
export type LeaveServer = DialAddress & ServerAccess & {
  /** Further addresses; the seat can be released at each of them. */
  readonly others?: readonly ServerAddress[] | undefined;
};

type ReleaseSystem = Pick<ConnectionSystem, "connect" | "after" | "delay">;

/** "closed": without an answer, as a server that ends does; another one may still know the seat. */
type Outcome = "answered" | "closed" | "failed";

/** Tries for at most `ms` milliseconds, or until `signal` is aborted. Never rejects: a seat that is not released lapses. */
export async function releaseSeat(
  server: LeaveServer,
  token: string,
  ms: number,
  signal?: AbortSignal,
  system: ReleaseSystem = DENO_SYSTEM,
): Promise<void> {
  const timeout = new AbortController();
  const cancelTimeout = system.after(ms, () => timeout.abort(new Error(`not released within ${ms} ms`)));
  const giveUp = signal === undefined ? timeout.signal : AbortSignal.any([timeout.signal, signal]);
  await releaseUntil(giveUp, server, token, ms, system);
  cancelTimeout();
}

async function releaseUntil(
  giveUp: AbortSignal,
  { others = [], ...first }: LeaveServer,
  token: string,
  ms: number,
  system: ReleaseSystem,
): Promise<void> {
  const servers = [first, ...others.map((other) => ({ ...first, ...other }))];
  while (!giveUp.aborted) {
    for (const server of servers) {
      // One that hangs must not keep the token from the others.
      const outcome = servers.length === 1
        ? await tryRelease(giveUp, server, token, system)
        : await tryWithin(ms / servers.length, giveUp, server, token, system);
      const isReleased = outcome === "answered" || (outcome === "closed" && servers.length === 1);
      if (isReleased || giveUp.aborted) return;
    }
    await system.delay(RETRY_MS, giveUp).catch(() => {/* Time is up. */});
  }
}

async function tryWithin(
  ms: number,
  giveUp: AbortSignal,
  server: LeaveServer,
  token: string,
  system: ReleaseSystem,
): Promise<Outcome> {
  const attempt = new AbortController();
  const cancelTimeout = system.after(ms, () => attempt.abort(new Error(`not released within ${ms} ms`)));
  const outcome = await tryRelease(AbortSignal.any([giveUp, attempt.signal]), server, token, system);
  cancelTimeout();
  return outcome;
}

/** "failed": the server cannot be reached; it may be restarting. */
async function tryRelease(
  giveUp: AbortSignal,
  server: LeaveServer,
  token: string,
  system: ReleaseSystem,
): Promise<Outcome> {
  try {
    const conn = await system.connect(server, giveUp);
    const close = () => conn.close();
    giveUp.addEventListener("abort", close, { once: true });
    try {
      return await release(conn, token, server.accessToken) ? "answered" : "closed";
    } finally {
      giveUp.removeEventListener("abort", close);
      if (!giveUp.aborted) conn.close();
    }
  } catch {
    return "failed";
  }
}

/** False when the server has closed without an answer. */
async function release(conn: LinkConn, token: string, accessToken: string | undefined): Promise<boolean> {
  // Together with this connection's own leave: it may have been given a seat, which is not to be kept either. Where a
  // hello comes first, a full server would hear nothing behind one without a seat's token; an evicted seat is not taken
  // back with it, and released all the same.
  const hello = accessToken === undefined
    ? []
    : [encodeRequest(0, "hello", { token: accessToken, resume: token })];
  const lines = [...hello, encodeRequest(1, "leave", { resume: token }), encodeNotification("leave", {})];
  await writeAll(conn, new TextEncoder().encode(`${lines.join("\n")}\n`));
  const buffer = new Uint8Array(READ_BYTES);
  const decoder = new TextDecoder();
  let heard = "";
  for (let reads = 0; reads < MAX_READS && !/"id":1[,}]/.test(heard); reads++) {
    const count = await conn.read(buffer);
    if (count === null) return false;
    heard = heard.slice(-READ_BYTES) + decoder.decode(buffer.subarray(0, count), { stream: true });
  }
  return true;
}
