// A TCP proxy that can swallow what comes through, in both directions, as a network does that has been cut: connections
// stay open and nothing arrives, and new ones do not reach the server. What was swallowed never arrives; a connection
// that it happened to stays dead. When the network is whole again, the server is told of those that the client has closed
// meanwhile, as the system's keep-alive would tell it some time later.

export class SwallowingProxy {
  readonly port: number;
  readonly #listener: Deno.TcpListener;
  readonly #target: () => number;
  readonly #conns = new Set<Deno.Conn>();
  readonly #serving: Promise<void>;
  /** The server's ends of connections whose client is gone without a word. */
  readonly #orphans = new Set<Deno.Conn>();
  #era = 0;
  #isCut = false;

  /** @param target the port to connect to, asked for each connection. */
  constructor(target: () => number) {
    this.#target = target;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.port = this.#listener.addr.port;
    this.#serving = this.#serve();
  }

  cut(): void {
    this.#isCut = true;
    this.#era++;
  }

  /** Ends every connection; new ones come through. */
  breakAll(): void {
    for (const conn of this.#conns) this.#end(conn);
  }

  heal(): void {
    this.#isCut = false;
    for (const conn of this.#orphans) this.#end(conn);
    this.#orphans.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of this.#conns) close(conn);
    await this.#serving;
  }

  async #serve(): Promise<void> {
    const relaying: Promise<void>[] = [];
    try {
      for (;;) relaying.push(this.#relay(await this.#listener.accept()));
    } catch {
      await Promise.all(relaying);
    }
  }

  async #relay(client: Deno.Conn): Promise<void> {
    this.#conns.add(client);
    const era = this.#era;
    const isCut = () => this.#isCut || era !== this.#era;
    if (isCut()) return await this.#swallow(client);
    let server: Deno.Conn;
    try {
      server = await Deno.connect({ hostname: "127.0.0.1", port: this.#target() });
    } catch {
      return this.#end(client);
    }
    this.#conns.add(server);
    await Promise.all([
      this.#pump(client, server, isCut).then(() =>
        this.#isCut ? this.#orphans.add(server) : this.#end(server)
      ),
      this.#pump(server, client, isCut),
    ]);
  }

  async #swallow(client: Deno.Conn): Promise<void> {
    const buffer = new Uint8Array(16_384);
    try {
      while (await client.read(buffer) !== null);
    } catch {
      // Reset, or closed with the proxy.
    }
    this.#end(client);
  }

  async #pump(from: Deno.Conn, to: Deno.Conn, isCut: () => boolean): Promise<void> {
    const buffer = new Uint8Array(16_384);
    try {
      for (;;) {
        const count = await from.read(buffer);
        if (isCut()) {
          // Not even the end comes through.
          if (count === null) return;
          continue;
        }
        if (count === null) break;
        let bytes = buffer.subarray(0, count);
        while (bytes.length > 0) bytes = bytes.subarray(await to.write(bytes));
      }
    } catch {
      if (isCut()) return;
    }
    this.#end(from);
    this.#end(to);
  }

  #end(conn: Deno.Conn): void {
    this.#conns.delete(conn);
    close(conn);
  }
}

function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // Closed already.
  }
}
