// Serves a control socket of a client or server: a limited number of connections, each read as lines. Access is controlled
// by the mode of the socket file; the lines are handled by the caller.

import { encodeError } from "../protocol/json_rpc/mod.ts";
import { type Line, LineFramer, writeAll } from "../protocol/wire/mod.ts";

/** A source of connections, such as `Deno.listen` returns. */
export interface ControlListener {
  accept(): Promise<Deno.Conn>;
}

/** Handles the lines of one connection. */
export interface LineTalk {
  /** Handles a line; the next one is read when it has resolved. A rejection ends the connection. */
  take(line: Line): Promise<void>;
  /** The client sends no more lines. When it has resolved, the connection is closed. */
  end(): Promise<void>;
}

export interface LineServing {
  readonly maxConnections: number;
  readonly lineBytes: number;
  /** Called for each new connection. */
  readonly talk: (conn: Pick<Deno.Conn, "write">) => LineTalk;
}

const READ_BYTES = 16 * 1_024;
const ACCEPT_BACK_OFF_MS = 100;

const encoder = new TextEncoder();

/** Serves until the listener is closed, and then closes all connections. Never rejects. */
export async function serveLines(listener: ControlListener, serving: LineServing): Promise<void> {
  const conns = new Set<Deno.Conn>();
  const served = new Set<Promise<void>>();
  for (;;) {
    try {
      const conn = await listener.accept();
      const one = serveOne(conn, conns, serving).finally(() => served.delete(one));
      served.add(one);
    } catch (error) {
      // The listener was closed. Any other error concerns one connection, or is a shortage of file descriptors.
      if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) break;
      await new Promise((resolve) => setTimeout(resolve, ACCEPT_BACK_OFF_MS));
    }
  }
  for (const conn of conns) closeQuietly(conn);
  await Promise.all(served);
}

async function serveOne(conn: Deno.Conn, conns: Set<Deno.Conn>, serving: LineServing): Promise<void> {
  const { maxConnections, lineBytes, talk } = serving;
  const isFull = conns.size >= maxConnections;
  conns.add(conn);
  try {
    if (isFull) {
      const message = `Too many programs use this socket: the limit is ${maxConnections}`;
      await writeLine(conn, encodeError(null, { reason: "full", message }));
    } else await talkOn(conn, talk(conn), lineBytes);
  } catch {
    // Reset by the client, or closed here.
  }
  conns.delete(conn);
  closeQuietly(conn);
}

async function talkOn(conn: Deno.Conn, talk: LineTalk, lineBytes: number): Promise<void> {
  const framer = new LineFramer(lineBytes);
  const buffer = new Uint8Array(READ_BYTES);
  try {
    for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
      for (const line of framer.push(buffer.subarray(0, count))) await talk.take(line);
    }
  } finally {
    await talk.end();
  }
}

/** The error response for a line that is too long or not UTF-8. */
export function unreadable(line: Exclude<Line, { text: string }>): string {
  return encodeError(null, { reason: "too_large", message: `The line is ${line.fault.replace("_", " ")}` });
}

/** Writes a line. Rejects when the connection has ended. */
export async function writeLine(conn: Pick<Deno.Conn, "write">, line: string): Promise<void> {
  await writeAll(conn, encoder.encode(`${line}\n`));
}

/** Writes a line whose parts are made one after the other, each when the one before is written. */
export async function writeParts(conn: Pick<Deno.Conn, "write">, parts: Iterable<string>): Promise<void> {
  for (const part of parts) await writeAll(conn, encoder.encode(part));
  await writeAll(conn, encoder.encode("\n"));
}

function closeQuietly(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // Closed already.
  }
}
