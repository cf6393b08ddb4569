// Sends one request through a control socket and reads one response, with a timeout.

import { writeAll } from "../protocol/wire/mod.ts";

const READ_BYTES = 64 * 1_024;

/** The first line of the response, without its ending; `undefined` when the connection ended before. */
export async function askControl(
  path: string,
  line: string,
  { withinMs, maxLength }: { readonly withinMs: number; readonly maxLength: number },
): Promise<string | undefined> {
  const conn = await Deno.connect({ transport: "unix", path });
  const timer = setTimeout(() => closeQuietly(conn), withinMs);
  try {
    await writeAll(conn, new TextEncoder().encode(`${line}\n`));
    return await readLine(conn, maxLength);
  } finally {
    clearTimeout(timer);
    closeQuietly(conn);
  }
}

async function readLine(conn: Deno.Conn, maxLength: number): Promise<string | undefined> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(READ_BYTES);
  let text = "";
  while (text.length <= maxLength) {
    const count = await conn.read(buffer);
    if (count === null) return undefined;
    const part = decoder.decode(buffer.subarray(0, count), { stream: true });
    // A long line is not searched again with each part.
    const end = part.indexOf("\n");
    if (end >= 0) return text + part.slice(0, end);
    text += part;
  }
  return undefined;
}

function closeQuietly(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // Closed already, perhaps by the timer.
  }
}
