// Releases a seat with its token on a connection of its own, for a member that cannot do it on its own connection.

import { delay } from "@std/async";
import { encodeNotification, encodeRequest } from "../../protocol/json_rpc/mod.ts";
import { writeAll } from "../../protocol/wire/mod.ts";
import { dial, type DialAddress, type LinkConn, type ServerAccess } from "./transport/mod.ts";

const RETRY_MS = 100;
const READ_BYTES = 4 * 1024;
/** The answer may come behind a welcome, which names all commands. */
const MAX_READS = 1_000;

/** The server, and what it takes to get in. */
export type LeaveServer = DialAddress & ServerAccess;

/** Tries for `ms` at most, or until `signal` is aborted. Never rejects: a seat that is not released lapses. */
export async function releaseSeat(
  server: LeaveServer,
  token: string,
  ms: number,
  signal?: AbortSignal,
): Promise<void> {
  const timeout = AbortSignal.timeout(ms);
  const giveUp = signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
  while (!giveUp.aborted) {
    try {
      const conn = await dial(server, giveUp);
      const close = () => conn.close();
      giveUp.addEventListener("abort", close, { once: true });
      try {
        await release(conn, token, server.accessToken);
        return;
      } finally {
        giveUp.removeEventListener("abort", close);
        if (!giveUp.aborted) conn.close();
      }
    } catch {
      // The server cannot be reached; it may be restarting.
    }
    await delay(RETRY_MS, { signal: giveUp }).catch(() => {/* Time is up. */});
  }
}

/** Resolves when the server has answered, or closed. */
async function release(conn: LinkConn, token: string, accessToken: string | undefined): Promise<void> {
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
    if (count === null) return;
    heard = heard.slice(-READ_BYTES) + decoder.decode(buffer.subarray(0, count), { stream: true });
  }
}
