// A WebSocket whose frames a test makes itself, over a plain connection.

import { deadline } from "@std/async";
import { WAIT_MS } from "../server/arrivals.ts";
import type { Json } from "../server/raw_client.ts";

export interface Frame {
  readonly opcode: number;
  readonly payload: Uint8Array;
}

const TEXT = 1;
const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** @param options of a frame that no browser sends */
export function clientFrame(
  opcode: number,
  payload: Uint8Array | string,
  { isFinal = true, isMasked = true, rsv = 0, claims }: FrameOptions = {},
): Uint8Array<ArrayBuffer> {
  const bytes = typeof payload === "string" ? encoder.encode(payload) : payload;
  const length = claims ?? bytes.length;
  const mask = [11, 222, 33, 244];
  const header = [(isFinal ? 0x80 : 0) | rsv | opcode];
  const bit = isMasked ? 0x80 : 0;
  if (length < 126) header.push(bit | length);
  else if (length < 65_536) header.push(bit | 126, length >> 8, length & 0xff);
  else {
    header.push(bit | 127);
    for (let power = 7; power >= 0; power--) header.push(Math.floor(length / 256 ** power) % 256);
  }
  if (isMasked) header.push(...mask);
  return Uint8Array.from([
    ...header,
    ...bytes.map((byte, index) => isMasked ? byte ^ mask[index % 4]! : byte),
  ]);
}

export interface FrameOptions {
  readonly isFinal?: boolean;
  readonly isMasked?: boolean;
  readonly rsv?: number;
  /** The length in its header. */
  readonly claims?: number;
}

export class WebSocketClient implements AsyncDisposable {
  readonly #connection: Deno.TcpConn;
  #received: Uint8Array;
  #nextId = 1;

  private constructor(connection: Deno.TcpConn, received: Uint8Array) {
    this.#connection = connection;
    this.#received = received;
  }

  /** @throws {Error} with the answer of a server that refuses. */
  static async connect(
    port: number,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<WebSocketClient> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const fields = {
      "Host": `127.0.0.1:${port}`,
      "Upgrade": "websocket",
      "Connection": "Upgrade",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
      ...headers,
    };
    const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`).join("");
    await connection.write(encoder.encode(`GET /ws HTTP/1.1\r\n${head}\r\n`));
    const client = new WebSocketClient(connection, new Uint8Array());
    const answer = await client.#head();
    // The example of RFC 6455, section 1.3.
    if (answer.startsWith("HTTP/1.1 101 ") && answer.includes("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")) return client;
    await client[Symbol.asyncDispose]();
    throw new Error(answer);
  }

  async sendBytes(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await this.#connection.write(rest));
  }

  send(text: string): Promise<void> {
    return this.sendBytes(clientFrame(TEXT, text));
  }

  /** Sends a request and waits for its answer; what comes before is skipped. */
  async request(method: string, params: unknown): Promise<Json> {
    const id = this.#nextId++;
    await this.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    return await this.until((message) => message.id === id && message.method === undefined);
  }

  /** The next message that matches. */
  async until(matches: (message: Json) => boolean): Promise<Json> {
    for (;;) {
      const { opcode, payload } = await this.frame();
      if (opcode === CLOSE) throw new Error(`closed: ${closeCode(payload)}`);
      const message = JSON.parse(decoder.decode(payload));
      if (matches(message)) return message;
    }
  }

  /** The next frame. */
  async frame(): Promise<Frame> {
    const [first = 0, second = 0] = await this.#take(2);
    let length = second & 0x7f;
    if (length > 125) {
      length = (await this.#take(length === 126 ? 2 : 8)).reduce((sum, byte) => sum * 256 + byte, 0);
    }
    return { opcode: first & 0x0f, payload: await this.#take(length) };
  }

  /** The code and reason with which the server closes; what comes before is skipped. */
  async closed(): Promise<string> {
    for (;;) {
      const { opcode, payload } = await this.frame();
      if (opcode === CLOSE) return `${closeCode(payload)} ${decoder.decode(payload.subarray(2))}`.trim();
    }
  }

  /** Resolves when the server has ended the connection. */
  async ended(): Promise<void> {
    const buffer = new Uint8Array(65_536);
    while (await deadline(this.#connection.read(buffer), WAIT_MS).catch(() => null) !== null);
  }

  [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#connection.close();
    } catch {
      // Closed by the test.
    }
    return Promise.resolve();
  }

  async #head(): Promise<string> {
    let text = "";
    while (!text.endsWith("\r\n\r\n")) text += decoder.decode(await this.#take(1));
    return text;
  }

  async #take(count: number): Promise<Uint8Array> {
    while (this.#received.length < count) {
      const buffer = new Uint8Array(65_536);
      const read = await deadline(this.#connection.read(buffer), WAIT_MS);
      if (read === null) throw new Error("end of stream");
      this.#received = Uint8Array.from([...this.#received, ...buffer.subarray(0, read)]);
    }
    const taken = this.#received.slice(0, count);
    this.#received = this.#received.subarray(count);
    return taken;
  }
}

function closeCode(payload: Uint8Array): number {
  return payload[0]! * 256 + payload[1]!;
}
