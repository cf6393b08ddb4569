// A client of which one process holds ten thousand: it reads, and remembers the little that a test of many needs.

import { readJsonLines } from "./json_lines.ts";

export class LightClient {
  rank = -1;
  ticket = -1;
  /** The ranks it was promoted from, in order. */
  readonly was: number[] = [];
  executed = 0;
  readonly #connection: Deno.TcpConn;
  readonly #onChange: () => void;
  readonly #reading: Promise<void>;
  readonly port: number;

  private constructor(connection: Deno.TcpConn, onChange: () => void) {
    this.#connection = connection;
    this.#onChange = onChange;
    this.port = connection.localAddr.port;
    this.#reading = this.#read();
  }

  /** @param onChange called after each message. */
  static async connect(port: number, onChange: () => void): Promise<LightClient> {
    return new LightClient(await Deno.connect({ hostname: "127.0.0.1", port }), onChange);
  }

  async send(message: Record<string, unknown>): Promise<void> {
    const bytes = new TextEncoder().encode(`${JSON.stringify(message)}\n`);
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await this.#connection.write(rest));
  }

  async close(): Promise<void> {
    this.#connection.close();
    await this.#reading;
  }

  async #read(): Promise<void> {
    try {
      await readJsonLines(this.#connection, 1_024, (message) => this.#take(message));
    } catch {
      // Closed by `close`.
    }
  }

  #take({ method, params }: { method: string; params: { rank: number; ticket: number; was: number } }): void {
    if (method === "welcome") {
      this.rank = params.rank;
      this.ticket = params.ticket;
    } else if (method === "promoted") {
      this.was.push(params.was);
      this.rank = params.rank;
    } else if (method === "execute") this.executed++;
    this.#onChange();
  }
}
