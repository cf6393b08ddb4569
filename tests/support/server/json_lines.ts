// The lines of JSON that come over a connection.

/** Until the connection ends. @throws what reading does, and `take` */
export async function readJsonLines(
  connection: { read(buffer: Uint8Array): Promise<number | null> },
  bufferBytes: number,
  // deno-lint-ignore no-explicit-any -- what a message holds is for the test to say
  take: (message: any) => void,
): Promise<void> {
  const buffer = new Uint8Array(bufferBytes);
  const decoder = new TextDecoder();
  let tail = "";
  for (let count; (count = await connection.read(buffer)) !== null;) {
    const lines = (tail + decoder.decode(buffer.subarray(0, count), { stream: true })).split("\n");
    tail = lines.pop()!;
    for (const line of lines) take(JSON.parse(line));
  }
}
