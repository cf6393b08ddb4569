// A connection to a server, as light as can be: JSON messages, and answers by their ids.

import { readJsonLines } from "../../../support/server/json_lines.ts";

// deno-lint-ignore no-explicit-any -- tests look into messages of every shape
export type Message = any;

export class LineConnection implements Disposable {
  readonly #connection: Deno.TcpConn;
  readonly #answers = new Map<number, PromiseWithResolvers<Message>>();
  readonly #queue: string[] = [];
  #isWriting = false;
  #isClosed = false;
  #lastId = 0;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
    connection.setNoDelay(true);
  }

  /** @throws when there is no connection after this time */
  static async open(port: number, withinMs: number): Promise<LineConnection> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), withinMs);
    try {
      return new LineConnection(await Deno.connect({ hostname: "127.0.0.1", port, signal: late.signal }));
    } finally {
      clearTimeout(timer);
    }
  }

  /** Rejects when the connection ends before. */
  request(method: string, params: Message = {}): Promise<Message> {
    const id = ++this.#lastId;
    const answer = Promise.withResolvers<Message>();
    this.#answers.set(id, answer);
    this.#send({ id, method, params });
    if (this.#isClosed) this.#settle();
    return answer.promise;
  }

  respond(id: unknown, result: Message): void {
    this.#send({ id, result });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#connection.close();
    this.#settle();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Until the connection ends, however it does. Answers go to those who asked. */
  async read(take: (message: Message) => void): Promise<void> {
    try {
      await readJsonLines(this.#connection, 16_384, (message) => this.#take(message, take));
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof TypeError) throw error;
    } finally {
      this.close();
    }
  }

  #take(message: Message, take: (message: Message) => void): void {
    const answer = message.method === undefined ? this.#answers.get(message.id) : undefined;
    if (answer === undefined) return take(message);
    this.#answers.delete(message.id);
    answer.resolve(message);
  }

  #settle(): void {
    for (const answer of this.#answers.values()) {
      answer.promise.catch(() => {});
      answer.reject(new Error("The connection has ended"));
    }
    this.#answers.clear();
  }

  #send(message: Message): void {
    if (this.#isClosed) return;
    this.#queue.push(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
    if (!this.#isWriting) void this.#write();
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    try {
      while (this.#queue.length > 0) {
        const bytes = new TextEncoder().encode(this.#queue.splice(0).join(""));
        for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await this.#connection.write(rest));
      }
    } catch {
      // Reading ends, too.
    } finally {
      this.#isWriting = false;
    }
  }
}
