// TLS over the connections of Deno's TCP listener, with the runtime's TLS and none of Node's streams: what is read goes
// into the caller's buffer, is decrypted from there, and comes back in it. Nothing is read that nobody asked for, which is
// all the flow control there is.

import type { SecureContext } from "node:tls";
import { HANDSHAKE_FAILURE_ALERT, joinBytes } from "../protocol/wire/mod.ts";
import {
  closed,
  type IoShare,
  leftEarly,
  MAX_UNPRODUCTIVE_BYTES,
  MS_PER_BYTE,
  readClientHello,
  RECORD_BYTES,
  sendAlert,
  type TcpConnection,
  type TlsConnection,
  unproductive,
} from "./tcp_connection.ts";
import {
  encrypt,
  encryptEnd,
  openWrap,
  type TlsEvents,
  type TlsWrap,
  type TlsWrapClass,
} from "./tls_wrap.ts";

/** What answering a ClientHello takes: a key exchange and a signature. */
const HANDSHAKE_MS = 0.4;
/** Reads of up to this many bytes are decrypted immediately; it is the smallest read buffer. */
const SHORT_BYTES = 512;

export class DirectConnection implements TlsConnection, TlsEvents {
  readonly #transport: TcpConnection;
  readonly #Wrap: TlsWrapClass;
  readonly #secureContext: SecureContext;
  readonly #yieldToIo: IoShare;
  /** Set by the handshake. */
  #wrap: TlsWrap | undefined;
  /** Decrypted, and not yet read. */
  #decrypted: Uint8Array | undefined;
  /** The last read filled its buffer. */
  #isBusy = false;
  /** Bytes received since the last ones that resulted in data. */
  #unproductive = 0;
  #isSecure = false;
  #hasEnded = false;
  #isClosed = false;
  #error: Error | undefined;
  /** The write that is under way. */
  #sending: Promise<number> | undefined;
  /** Rejects when the connection is closed; only during the handshake. */
  #closing: PromiseWithResolvers<never> | undefined;

  /** Owns `transport` from now on. */
  constructor(
    transport: TcpConnection,
    Wrap: TlsWrapClass,
    secureContext: SecureContext,
    yieldToIo: IoShare,
  ) {
    this.#transport = transport;
    this.#Wrap = Wrap;
    this.#secureContext = secureContext;
    this.#yieldToIo = yieldToIo;
  }

  get remoteAddr(): Deno.Addr {
    return this.#transport.remoteAddr;
  }

  async handshake(): Promise<void> {
    this.#closing = Promise.withResolvers();
    try {
      await Promise.race([this.#shakeHands(), this.#closing.promise]);
    } catch (error) {
      if (this.#isClosed) throw closed();
      if (error !== this.#error) await sendAlert(this.#transport, error);
      throw error;
    } finally {
      this.#closing = undefined;
    }
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    for (;;) {
      if (this.#isClosed) throw closed();
      if (this.#decrypted !== undefined) return this.#takeDecrypted(buffer);
      if (this.#error !== undefined) throw this.#error;
      if (this.#hasEnded) return null;
      // Not in a method of its own: a client waits here most of its time, and each function that waits takes memory.
      const into = this.#isBusy && buffer.length < RECORD_BYTES ? new Uint8Array(RECORD_BYTES) : buffer;
      const count = await this.#transport.read(into);
      if (count !== null && count > SHORT_BYTES && this.#yieldToIo.mustWait) await this.#yieldToIo.take();
      const answer = this.#received(into, count);
      if (answer !== undefined) await answer;
    }
  }

  write(bytes: Uint8Array): Promise<number> {
    if (this.#isClosed) return Promise.reject(closed());
    return this.#send(encrypt(this.#wrap!, bytes), bytes.length);
  }

  async closeWrite(): Promise<void> {
    if (this.#isClosed) throw closed();
    await this.#send(encryptEnd(this.#wrap!));
    await this.#transport.closeWrite();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#transport.close();
    this.#wrap?.destroySsl();
    this.#wrap = undefined;
    this.#decrypted = undefined;
    this.#closing?.reject(closed());
  }

  setNoDelay(isOn: boolean): void {
    this.#transport.setNoDelay(isOn);
  }

  setKeepAlive(isOn: boolean): void {
    this.#transport.setKeepAlive(isOn);
  }

  onDecrypted(bytes: Uint8Array): void {
    this.#unproductive = 0;
    this.#decrypted = this.#decrypted === undefined ? bytes : joinBytes([this.#decrypted, bytes]);
  }

  onEnd(): void {
    this.#hasEnded = true;
  }

  onError(error: Error): void {
    this.#error ??= error;
  }

  onSecure(): void {
    this.#isSecure = true;
  }

  async #shakeHands(): Promise<void> {
    const hello = await readClientHello(this.#transport);
    if (this.#yieldToIo.mustWait) await this.#yieldToIo.take();
    if (this.#isClosed) throw closed();
    this.#yieldToIo.spend(HANDSHAKE_MS);
    this.#wrap = openWrap(this.#Wrap, this.#secureContext, this);
    await this.#received(hello, hello.length);
    const buffer = new Uint8Array(hello.buffer);
    while (!this.#isSecure) {
      if (this.#hasEnded) throw leftEarly();
      await this.#received(buffer, await this.#transport.read(buffer));
    }
  }

  /** @returns a promise when something has to be sent first, in answer to the bytes. */
  #received(buffer: Uint8Array, count: number | null): Promise<number> | undefined {
    if (this.#isClosed) throw closed();
    if (count === null) {
      this.#hasEnded = true;
      return undefined;
    }
    this.#isBusy = count === buffer.length;
    this.#yieldToIo.spend(count * MS_PER_BYTE);
    this.#unproductive += count;
    this.#wrap!.readBuffer(buffer.subarray(0, count));
    if (this.#unproductive > MAX_UNPRODUCTIVE_BYTES) throw unproductive(this.#unproductive);
    const answer = this.#wrap!.drainEncOut();
    if (this.#error !== undefined) this.#fail(this.#error, answer);
    return answer.length > 0 ? this.#send(answer) : undefined;
  }

  #takeDecrypted(buffer: Uint8Array): number {
    const decrypted = this.#decrypted!;
    const count = Math.min(decrypted.length, buffer.length);
    buffer.set(decrypted.subarray(0, count));
    this.#decrypted = count < decrypted.length ? decrypted.subarray(count) : undefined;
    return count;
  }

  /** @param alert what the runtime says to the client; it has nothing to say to bytes that are no record. */
  #fail(error: Error, alert: Uint8Array): never {
    if (alert.length === 0 && !this.#isSecure) alert = HANDSHAKE_FAILURE_ALERT;
    // Nobody waits for a client to read it.
    if (alert.length > 0) this.#send(alert).catch(() => {});
    throw error;
  }

  /** Sends encrypted bytes; they must be passed in the order in which they were encrypted. @returns `result`. */
  async #send(encrypted: Uint8Array, result = 0): Promise<number> {
    while (this.#sending !== undefined) await this.#sending;
    try {
      for (let rest = encrypted; rest.length > 0;) {
        this.#sending = this.#transport.write(rest);
        rest = rest.subarray(await this.#sending);
      }
    } finally {
      this.#sending = undefined;
    }
    return result;
  }
}
