// The object inside a TLSSocket that encrypts and decrypts: bytes in, bytes out, without a stream. Its interface is the
// runtime's own and undocumented, so it is only used in the releases of Deno for which the tests have verified it.

import type { SecureContext, TLSSocket } from "node:tls";

/** Releases whose TLSWrap is the one below. */
const VERIFIED_RELEASES = /^2\.9\.[4-9]$/;

export interface TlsWrap {
  initServerTls(context: object): number;
  /** Output is not written to a socket, but waits for {@linkcode drainEncOut}. */
  attachJsStream(): number;
  /** From now on `handle` is called back; it stays in memory until {@linkcode destroySsl}. */
  setHandle(handle: TlsWrap): void;
  start(): number;
  readStart(): number;
  /** Takes received bytes, and calls back with what they result in, before it returns. Copies them. */
  readBuffer(received: Uint8Array): void;
  /** Encrypts, at once; `request` would be told when the result has been sent. */
  writeBuffer(request: object, bytes: Uint8Array): number;
  /** What is to be sent. */
  drainEncOut(): Uint8Array;
  /** Encrypts a close_notify. */
  shutdown(request: object): number;
  destroySsl(): void;
}

export type TlsWrapClass = new (kind: number, provider: number) => TlsWrap;

/** What the bytes of a client result in. To be noted and no more: calling the runtime from here may end the process. */
export interface TlsEvents {
  onDecrypted(bytes: Uint8Array): void;
  /** The client sends no more data. */
  onEnd(): void;
  onError(error: Error): void;
  onSecure(): void;
}

const SERVER = 1;
/** The runtime writes nothing here, and nothing is to be told. */
const NO_REQUEST = {};
/** In one call, in whole records; the runtime's TLS takes up to 64 KiB. */
const MAX_ENCRYPTED_BYTES = 32 * 1024;

/** Functions shared by all: each client would otherwise have four of its own. */
interface CallbackHandle extends TlsWrap {
  events: TlsEvents;
  onread(data: ArrayBuffer | undefined): void;
  onerror(error: Error): void;
  onhandshakedone(): void;
}

/** @returns the class of the object inside `socket`; `undefined` in releases where it may be another one. */
export function wrapClassOf(socket: TLSSocket): TlsWrapClass | undefined {
  if (!VERIFIED_RELEASES.test(Deno.version.deno)) return undefined;
  const { _handle } = socket as unknown as { _handle: TlsWrap };
  return _handle.constructor as TlsWrapClass;
}

/** Makes the server's side of a connection, ready for a ClientHello. The caller has to destroy it. */
export function openWrap(Wrap: TlsWrapClass, { context }: SecureContext, events: TlsEvents): TlsWrap {
  const wrap = new Wrap(SERVER, 0) as CallbackHandle;
  wrap.events = events;
  wrap.onread = onRead;
  wrap.onerror = onError;
  wrap.onhandshakedone = onHandshakeDone;
  wrap.initServerTls(context);
  wrap.attachJsStream();
  wrap.setHandle(wrap);
  wrap.start();
  wrap.readStart();
  return wrap;
}

/** @returns what is to be sent for `bytes`. */
export function encrypt(wrap: TlsWrap, bytes: Uint8Array): Uint8Array {
  for (let at = 0; at < bytes.length; at += MAX_ENCRYPTED_BYTES) {
    wrap.writeBuffer(NO_REQUEST, bytes.subarray(at, at + MAX_ENCRYPTED_BYTES));
  }
  return wrap.drainEncOut();
}

/** @returns what is to be sent for the end of the data. */
export function encryptEnd(wrap: TlsWrap): Uint8Array {
  wrap.shutdown(NO_REQUEST);
  return wrap.drainEncOut();
}

function onRead(this: CallbackHandle, data: ArrayBuffer | undefined): void {
  if (data === undefined) this.events.onEnd();
  else this.events.onDecrypted(new Uint8Array(data));
}

function onError(this: CallbackHandle, error: Error): void {
  this.events.onError(error);
}

function onHandshakeDone(this: CallbackHandle): void {
  this.events.onSecure();
}
