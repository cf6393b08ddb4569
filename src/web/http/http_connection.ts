// One connection of the page's port: reads requests one after the other, answers each, and closes. The runtime's own HTTP
// server has no limit on connections and none on the time of a request head, and buffers whole messages of a WebSocket;
// this one is in the hands of the limits.

import type { Incoming } from "../../server/connection/mod.ts";
import { UNEXPECTED_MESSAGE_ALERT, writeAll } from "../../protocol/wire/mod.ts";
import { ByteReader } from "./byte_reader.ts";
import type { ConnectionPool, Pooled } from "./connection_pool.ts";
import { encodeResponse } from "./encode_response.ts";
import { type HeadFault, readHead } from "./request_head.ts";
import type { WebRequest, WebResponse } from "./request.ts";
import type { WorkBudget } from "./work_budget.ts";

export interface HttpHost {
  readonly pool: ConnectionPool<HttpConnection>;
  readonly budget: WorkBudget;
  readonly now: () => number;
  readonly headBytes: number;
  readonly bodyBytes: number;
  /** Must not reject. */
  readonly answer: (request: WebRequest) => Promise<WebResponse> | WebResponse;
}

/** What is still read after the last answer, so that a reset does not destroy it. */
const MAX_DISCARDED_BYTES = 64 * 1_024;

export class HttpConnection implements Pooled {
  readonly ip: string;
  readonly #port: number;
  readonly #connection: Incoming;
  readonly #host: HttpHost;
  readonly #reader: ByteReader;
  #isClosed = false;

  constructor(connection: Incoming, host: HttpHost) {
    const { hostname, port } = connection.remoteAddr as Deno.NetAddr;
    this.ip = hostname;
    this.#port = port;
    this.#connection = connection;
    this.#host = host;
    const { budget } = host;
    this.#reader = new ByteReader(connection, () => {
      budget.spend(0);
      return budget.take();
    });
  }

  /** Answers requests until the connection ends, is closed, or is used for something else. Never rejects. */
  async serve(): Promise<void> {
    if (!this.#host.pool.add(this)) return this.destroy();
    try {
      await this.#connection.handshake?.();
      this.#connection.setNoDelay?.(true);
      while (await this.#serveOne()) this.#host.pool.renew(this);
    } catch {
      // The connection broke, or was destroyed.
      this.destroy();
    }
  }

  destroy(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#host.pool.remove(this);
    try {
      this.#connection.close();
    } catch {
      // It has ended.
    }
  }

  /** @returns whether another request may follow. */
  async #serveOne(): Promise<boolean> {
    const { headBytes, bodyBytes, answer, budget, now } = this.#host;
    const taken = await this.#reader.takeHead(headBytes);
    if (taken === undefined) return this.#end();
    if (taken === "TLS") {
      await writeAll(this.#connection, UNEXPECTED_MESSAGE_ALERT);
      return await this.#finish();
    }
    if (taken === "too long") {
      return await this.#refuse({ status: 431, message: "The request head is too long" });
    }
    await budget.take();
    const read = readHead(taken.text, bodyBytes);
    if (!read.ok) return await this.#refuse(read.fault);
    const { method, path, headers, bodyBytes: count, expectsContinue, isKept } = read.head;
    if (expectsContinue && count > 0) await writeAll(this.#connection, CONTINUE);
    const body = await this.#reader.take(count);
    if (body === undefined) return this.#end();
    const startedAt = now();
    const answered = answer({ method, path, headers, body, ip: this.ip, port: this.#port });
    budget.spend(now() - startedAt);
    const response = answered instanceof Promise ? await answered : answered;
    const bytes = encodeResponse(response, { hasBody: method !== "HEAD", isKept });
    await writeAll(this.#connection, bytes);
    if (response.take !== undefined) return this.#handOver(response.take);
    return isKept || await this.#finish();
  }

  async #refuse({ status, message }: HeadFault): Promise<false> {
    const response = {
      status,
      headers: { "Content-Type": "text/plain; charset=utf-8" },
      body: `${message}\n`,
    };
    await writeAll(this.#connection, encodeResponse(response, { hasBody: true, isKept: false }));
    return await this.#finish();
  }

  #handOver(take: NonNullable<WebResponse["take"]>): false {
    if (this.#isClosed) return false;
    this.#isClosed = true;
    this.#host.pool.remove(this);
    take(this.#connection, this.#reader.takeRest());
    return false;
  }

  /** Closes it when the client has had the answer. */
  async #finish(): Promise<false> {
    await this.#connection.closeWrite();
    const buffer = new Uint8Array(READ_BYTES);
    for (let discarded = 0; discarded < MAX_DISCARDED_BYTES;) {
      const count = await this.#connection.read(buffer);
      if (count === null) break;
      discarded += count;
    }
    return this.#end();
  }

  #end(): false {
    this.destroy();
    return false;
  }
}

const READ_BYTES = 4 * 1_024;
const CONTINUE = new TextEncoder().encode("HTTP/1.1 100 Continue\r\n\r\n");
