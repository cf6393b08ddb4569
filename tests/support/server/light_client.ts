// A client of which one process holds ten thousand: it reads, and remembers the little that a test of many needs.

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
    const buffer = new Uint8Array(1_024);
    const decoder = new TextDecoder();
    let tail = "";
    try {
      for (let count; (count = await this.#connection.read(buffer)) !== null;) {
        const lines = (tail + decoder.decode(buffer.subarray(0, count), { stream: true })).split("\n");
        tail = lines.pop()!;
        for (const line of lines) this.#take(JSON.parse(line));
      }
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
