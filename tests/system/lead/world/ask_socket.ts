// Asks a program of this project through its control socket, like any program on this machine.

const ANSWER_MS = 15_000;

export interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** It has not answered in time, and not closed the connection either. */
export class NoAnswer extends Error {}

/**
 * Sends one request, with `before` in front of it, each a line of its own.
 *
 * @returns the answer to the request; rejects when there is none, with {@linkcode NoAnswer} after a long wait
 */
export async function askSocket(
  path: string,
  method: string,
  params: Readonly<Record<string, unknown>> = {},
  before: readonly unknown[] = [],
): Promise<Answer> {
  using conn = await Deno.connect({ transport: "unix", path });
  const messages = [...before, { jsonrpc: "2.0", id: 1, method, params }];
  await conn.write(
    new TextEncoder().encode(messages.map((message) => `${JSON.stringify(message)}\n`).join("")),
  );
  let isLate = false;
  const giveUp = setTimeout(() => {
    isLate = true;
    conn.close();
  }, ANSWER_MS);
  try {
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(65_536);
    for (let tail = "";;) {
      const count = await conn.read(buffer);
      if (count === null) throw new Error(`Cannot ask for ${method}: the control socket was closed`);
      tail += decoder.decode(buffer.subarray(0, count), { stream: true });
      const lines = tail.split("\n");
      tail = lines.pop()!;
      const answer = lines.map((line) => JSON.parse(line)).find(({ id }) => id === 1);
      if (answer !== undefined) return answer;
    }
  } catch (error) {
    throw isLate ? new NoAnswer(`${path} has not answered ${method} within ${ANSWER_MS} ms`) : error;
  } finally {
    clearTimeout(giveUp);
  }
}
