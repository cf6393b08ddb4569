// A plain TCP client that knows lines and JSON, and nothing of the project's own client: what it sees is what is on the
// wire. Node's sockets rather than Deno's, because they can reset a connection and stop reading.

import { connect, type Socket } from "node:net";
import { Arrivals, WAIT_MS } from "./arrivals.ts";

/** A JSON-RPC message as it came; what it holds is for the test to say. */
// deno-lint-ignore no-explicit-any -- tests look into messages of every shape
export type Json = any;

/** One line: its text without the ending, and its JSON when it is an object or an array. */
export interface ReceivedLine {
  readonly text: string;
  readonly json: Json;
}

export interface RawClientOptions {
  readonly hostname?: string;
  /** False: reads nothing until {@linkcode RawClient.resume}. */
  readonly reads?: boolean;
  /** The TCP socket below one that speaks TLS: it is what a reset breaks. */
  readonly carrier?: Socket;
  /** Called with every line, before anybody who waits for it goes on. */
  readonly onLine?: (client: RawClient, line: ReceivedLine) => void;
}

export class RawClient {
  readonly #socket: Socket;
  readonly #carrier: Socket;
  readonly #onLine: RawClientOptions["onLine"];
  readonly #decoder = new TextDecoder();
  readonly #received = new Arrivals<ReceivedLine>("lines");
  readonly #closed: Promise<void>;
  #tail = "";
  #nextId = 1;
  #isEnded = false;

  private constructor(socket: Socket, { reads = true, onLine, carrier = socket }: RawClientOptions) {
    this.#socket = socket;
    this.#carrier = carrier;
    this.#onLine = onLine;
    socket.setNoDelay(true);
    socket.on("data", (bytes: Uint8Array) => this.#take(bytes));
    if (!reads) socket.pause();
    socket.on("end", () => {
      this.#isEnded = true;
      this.#received.end("end of stream");
    });
    socket.on("error", (error: Error) => this.#received.end(`broken: ${error.message}`));
    this.#closed = new Promise((resolve) => socket.on("close", () => resolve()));
    socket.on("close", () => this.#received.end("closed"));
  }

  /** A client over a socket that is connected already. */
  static over(socket: Socket, options: RawClientOptions = {}): RawClient {
    return new RawClient(socket, options);
  }

  /** Resolves when the kernel has the connection, which the server may not have accepted yet. */
  static connect(port: number, options: RawClientOptions = {}): Promise<RawClient> {
    const { hostname = "127.0.0.1" } = options;
    const { promise, resolve, reject } = Promise.withResolvers<RawClient>();
    const socket = connect({ port, host: hostname, allowHalfOpen: true });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.removeListener("error", reject);
      resolve(new RawClient(socket, options));
    });
    return promise;
  }

  /** Connects and waits for the welcome. */
  static async join(port: number, options?: RawClientOptions): Promise<RawClient & { welcome: Json }> {
    const client = await RawClient.connect(port, options);
    try {
      return Object.assign(client, { welcome: await client.note("welcome") });
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  /** The client's end of the connection, as the server names it in its events. */
  get port(): number {
    return this.#carrier.localPort!;
  }

  /** Every line so far. */
  get lines(): readonly ReceivedLine[] {
    return this.#received.all;
  }

  /** Everything so far as text, an unfinished line included. */
  get received(): string {
    return [...this.lines.map(({ text }) => text), this.#tail].join("\n");
  }

  /** Every JSON message so far with that method. */
  notes(method: string): Json[] {
    return this.lines.filter(({ json }) => json?.method === method).map(({ json }) => json.params);
  }

  /** Whether the server has ended the stream in good order. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Sends an object as a line of JSON, a text as a line. */
  send(line: string | Record<string, unknown> | readonly unknown[]): void {
    this.sendBytes(`${typeof line === "string" ? line : JSON.stringify(line)}\n`);
  }

  /** Sends just that, without a line ending. */
  sendBytes(bytes: string | Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Resolves when the kernel has taken these bytes. */
  written(bytes: string | Uint8Array): Promise<void> {
    return new Promise((resolve, reject) =>
      this.#socket.write(bytes, (error?: Error | null) => error ? reject(error) : resolve())
    );
  }

  notify(method: string, params?: unknown): void {
    this.send({ jsonrpc: "2.0", method, ...(params === undefined ? {} : { params }) });
  }

  /** Sends a request; the id, for {@linkcode answer}. */
  ask(method: string, params?: unknown): number {
    const id = this.#nextId++;
    this.send({ jsonrpc: "2.0", id, method, ...(params === undefined ? {} : { params }) });
    return id;
  }

  /** The response to a request: `{result}` or `{error}`, however it was overtaken by other messages. */
  async answer(id: number, withinMs = WAIT_MS): Promise<Json> {
    const isAnswer = ({ json }: ReceivedLine) => json?.id === id && json.method === undefined;
    return (await this.#received.until(isAnswer, withinMs)).json;
  }

  /** Sends a request and waits for its response. */
  request(method: string, params?: unknown, withinMs = WAIT_MS): Promise<Json> {
    return this.answer(this.ask(method, params), withinMs);
  }

  /** Answers a request of the server. */
  respond(id: unknown, result: unknown): void {
    this.send({ jsonrpc: "2.0", id, result });
  }

  /** The next unread line that matches; those before it count as read. */
  next(matches?: (line: ReceivedLine) => boolean, withinMs?: number): Promise<ReceivedLine> {
    return this.#received.next(matches, withinMs);
  }

  /** The next unread text line with `part` in it. */
  async text(part: string, withinMs?: number): Promise<string> {
    return (await this.#received.next(({ text }) => text.includes(part), withinMs)).text;
  }

  /** The params of the next unread message with that method. */
  async note(method: string, withinMs?: number): Promise<Json> {
    return (await this.message(method, withinMs)).params;
  }

  /** The next unread message with that method. */
  async message(method: string, withinMs?: number): Promise<Json> {
    return (await this.#received.next(({ json }) => json?.method === method, withinMs)).json;
  }

  /** Resolves when everything that was sent before has been handled, and its consequences for us have been read. */
  async settled(): Promise<void> {
    await this.request("ping");
  }

  /** Waits for the end: "end of stream", or how the connection broke. */
  ended(withinMs?: number): Promise<string> {
    return this.#received.ended(withinMs);
  }

  /** Stops reading: what the server sends fills the buffers between. */
  stall(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Ends our side of the stream and goes on reading. */
  halfClose(): void {
    this.#socket.end();
  }

  /** Breaks the connection: the server reads an error, not an end. */
  async reset(): Promise<void> {
    this.#carrier.resetAndDestroy();
    await this.#closed;
  }

  /** Closes at once, without waiting for what is unsent. */
  async close(): Promise<void> {
    this.#socket.destroy();
    await this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #take(bytes: Uint8Array): void {
    this.#tail += this.#decoder.decode(bytes, { stream: true });
    for (let end; (end = this.#tail.indexOf("\n")) >= 0;) {
      const text = this.#tail.slice(0, end);
      this.#tail = this.#tail.slice(end + 1);
      const line = { text, json: toJson(text) };
      try {
        this.#onLine?.(this, line);
      } catch (error) {
        // Whoever waits for this client hears of it, instead of the process.
        this.#received.end(`${error}; the line was ${text.slice(0, 300)}`);
      }
      this.#received.push(line);
    }
  }
}

function toJson(text: string): Json {
  if (!/^[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
