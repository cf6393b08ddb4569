// Serves a control socket, of the client or of the server: a bounded number of connections, each read as lines. Who may
// connect is decided by the socket's file; what the lines mean, by whoever is given them.

import { encodeError } from "../protocol/json_rpc/mod.ts";
import { type Line, LineFramer, writeAll } from "../protocol/wire/mod.ts";

/** A source of connections; `Deno.listen` gives one. */
export interface ControlListener {
  accept(): Promise<Deno.Conn>;
}

/** What is said on one connection. */
export interface LineTalk {
  /** Takes a line; the next one is read when this has resolved. A rejection ends the connection. */
  take(line: Line): Promise<void>;
  /** Nothing more comes. Resolves when nothing more is to be said either; the connection is closed then. */
  end(): Promise<void>;
}

export interface LineServing {
  readonly maxConnections: number;
  readonly lineBytes: number;
  /** Begins a talk on a connection. */
  readonly talk: (conn: Pick<Deno.Conn, "write">) => LineTalk;
}

const READ_BYTES = 16 * 1_024;
const ACCEPT_BACK_OFF_MS = 100;

const encoder = new TextEncoder();

/** Serves until the listener is closed, and then ends what is still connected. Never rejects. */
export async function serveLines(listener: ControlListener, serving: LineServing): Promise<void> {
  const conns = new Set<Deno.Conn>();
  const served = new Set<Promise<void>>();
  for (;;) {
    try {
      const conn = await listener.accept();
      const one = serveOne(conn, conns, serving).finally(() => served.delete(one));
      served.add(one);
    } catch (error) {
      // Closed, which is how serving ends; anything else is about one connection, or a lack of descriptors.
      if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) break;
      await new Promise((resolve) => setTimeout(resolve, ACCEPT_BACK_OFF_MS));
    }
  }
  for (const conn of conns) closeQuietly(conn);
  await Promise.all(served);
}

async function serveOne(conn: Deno.Conn, conns: Set<Deno.Conn>, serving: LineServing): Promise<void> {
  const { maxConnections, lineBytes, talk } = serving;
  const isOneTooMany = conns.size >= maxConnections;
  conns.add(conn);
  try {
    if (isOneTooMany) {
      const message = `${maxConnections} programs use this socket already, which is the limit`;
      await writeLine(conn, encodeError(null, { reason: "full", message }));
    } else await talkOn(conn, talk(conn), lineBytes);
  } catch {
    // Reset, or closed by us.
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

/** The error for a line that cannot be read. */
export function unreadable(line: Exclude<Line, { text: string }>): string {
  return encodeError(null, { reason: "too_large", message: `The line is ${line.fault.replace("_", " ")}` });
}

/** Rejects when the connection has ended. */
export async function writeLine(conn: Pick<Deno.Conn, "write">, line: string): Promise<void> {
  await writeAll(conn, encoder.encode(`${line}\n`));
}

function closeQuietly(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // Closed already.
  }
}
