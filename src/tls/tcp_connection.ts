// What both kinds of TLS connections share: the TCP connection below, how a handshake begins, and how it fails.

import {
  HANDSHAKE_FAILURE_ALERT,
  mayBeClientHello,
  type Sink,
  UNEXPECTED_MESSAGE_ALERT,
} from "../protocol/wire/mod.ts";
import type { YieldToIo } from "../time/mod.ts";

/** The part of a TCP connection that carries data. */
export interface Transport extends Sink {
  /** Resolves with the number of bytes read, or `null` at the end of the stream. */
  read(buffer: Uint8Array): Promise<number | null>;
  closeWrite(): Promise<void>;
}

/** A TCP connection, such as `Deno.listen` accepts. */
export interface TcpConnection extends Transport {
  readonly remoteAddr: Deno.Addr;
  close(): void;
  setNoDelay(isOn?: boolean): void;
  setKeepAlive(isOn?: boolean): void;
}

/** The server's side of a TLS connection, with the interface of Deno's connections. */
export interface TlsConnection extends TcpConnection {
  /**
   * Resolves when the connection can be used; rejects, after sending an alert, when it never will. To be called once, before
   * anything else.
   */
  handshake(): Promise<void>;
  /** Resolves with the number of `bytes` when the system has taken all of them. */
  write(bytes: Uint8Array): Promise<number>;
  /** Closes the connection immediately, also during other operations. */
  close(): void;
}

/** What connections share. */
export type IoShare = Pick<YieldToIo, "take" | "mustWait" | "spend">;

/** A read that fills its buffer is followed by one of a whole record. */
export const RECORD_BYTES = 16 * 1024;
/** What decrypting takes; an estimate, because part of it happens where it cannot be measured. */
export const MS_PER_BYTE = 20e-6;
/** How much input may produce no data: handshakes, empty records, key updates, and what is not TLS. */
export const MAX_UNPRODUCTIVE_BYTES = 64 * 1024;
/** A ClientHello has some 250 to 1,800 bytes; what is not in the first read is read later. */
const FIRST_BYTES = 512;

/** Reads the first bytes of a client. TLS state is only allocated after that: thousands of silent connections cost little. */
export async function readClientHello(transport: Transport): Promise<Uint8Array> {
  const buffer = new Uint8Array(FIRST_BYTES);
  const count = await transport.read(buffer);
  if (count === null) throw leftEarly();
  const bytes = buffer.subarray(0, count);
  if (!mayBeClientHello(bytes)) throw new NotTlsError();
  return bytes;
}

/** Tells a client why its handshake failed. */
export async function sendAlert(transport: Transport, error: unknown): Promise<void> {
  // A client that has left gets no alert.
  if (error instanceof Deno.errors.UnexpectedEof) return;
  const isTls = !(error instanceof NotTlsError);
  try {
    await transport.write(isTls ? HANDSHAKE_FAILURE_ALERT : UNEXPECTED_MESSAGE_ALERT);
  } catch {
    // The client has disconnected.
  }
}

/** The first bytes are not TLS. */
export class NotTlsError extends Error {
  override readonly name = "NotTlsError";

  constructor() {
    super("the client did not speak TLS");
  }
}

export function leftEarly(): Error {
  return new Deno.errors.UnexpectedEof("it left during the handshake");
}

export function closed(): Error {
  return new Deno.errors.BadResource("it is closed");
}

export function unproductive(bytes: number): Error {
  return new Error(`Cannot continue: ${bytes} bytes arrived without any data`);
}
