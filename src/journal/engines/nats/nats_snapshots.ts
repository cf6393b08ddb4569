// Snapshots in a stream of their own: chunks, and a head that is written last. So a snapshot whose writer died is not there.

import { Buffer } from "node:buffer";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { asLogRequest, readAnswer, requestApi } from "./api_request.ts";
import { identityOf } from "./stream_identity.ts";
import type { NatsLink } from "./link/mod.ts";
import {
  LogFault,
  LogRequestError,
  type LogSnapshot,
  type LogSystem,
  retry,
  type SnapshotPort,
  type Source,
} from "./log/mod.ts";
import type { LogNames } from "./names.ts";
import { readMessage, type StoredMessage } from "./nats_log.ts";

/** NATS allows 1 MB for a message unless it is configured otherwise. */
const MAX_CHUNK_BYTES = 256 * 1_024;
const TIMEOUT_MS = 2_000;
const READ_TIMEOUT_MS = { replica: 300, leader: 1_000 };
/** A snapshot is read again when it does not match its head: a newer one may replace it, or a replica may be behind. */
const MAX_READS = 8;

interface SnapshotHead {
  readonly log: string;
  readonly pos: number;
  readonly chunks: number;
  readonly sha256: string;
}

interface StoredHead {
  /** Of the message; 0: there is none. */
  readonly sequence: number;
  readonly head: SnapshotHead | undefined;
}

export class NatsSnapshots implements SnapshotPort {
  readonly #link: NatsLink;
  readonly #names: LogNames;
  readonly #system: LogSystem;

  constructor(link: NatsLink, names: LogNames, system: LogSystem) {
    this.#link = link;
    this.#names = names;
    this.#system = system;
  }

  async read(identity: string, signal: AbortSignal): Promise<LogSnapshot | undefined> {
    let reads = 0;
    return await retry(this.#system, signal, async () => {
      const { head } = await this.#readHead(signal);
      if (head === undefined || head.log !== identity) return undefined;
      const state = await this.#readState(head, signal);
      if (state !== undefined) return { position: head.pos, state };
      const message = `The snapshot in ${this.#names.snapshotStream} is damaged`;
      throw ++reads < MAX_READS ? new LogRequestError(message) : new LogFault("lost", message);
    });
  }

  async write(identity: string, { position, state }: LogSnapshot, signal: AbortSignal): Promise<void> {
    const bytes = new TextEncoder().encode(state);
    const chunks = Math.ceil(bytes.length / MAX_CHUNK_BYTES);
    const head: SnapshotHead = { log: identity, pos: position, chunks, sha256: bytesToHex(sha256(bytes)) };
    const isThere = ({ head }: StoredHead) => head?.log === identity && head.pos >= position;
    if (isThere(await this.#readHead(signal))) return;
    for (let index = 0; index < chunks; index++) {
      const chunk = bytes.subarray(index * MAX_CHUNK_BYTES, (index + 1) * MAX_CHUNK_BYTES);
      await retry(this.#system, signal, () => this.#store(this.#names.chunk(position, index), chunk));
    }
    await retry(this.#system, signal, async () => {
      // A newer one may have been written meanwhile, or this one by an attempt without an answer.
      const present = await this.#readHead(signal);
      if (!isThere(present)) await this.#store(this.#names.head, JSON.stringify(head), present.sequence);
    });
  }

  async purge(identity: string, position: number, signal: AbortSignal): Promise<void> {
    const { stream, snapshotStream } = this.#names;
    const purge = (name: string, query: unknown) =>
      retry(this.#system, signal, async () => {
        const log = await requestApi(this.#link, `$JS.API.STREAM.INFO.${stream}`, {}, TIMEOUT_MS);
        if (identityOf(log) !== identity) return;
        await requestApi(this.#link, `$JS.API.STREAM.PURGE.${name}`, query, TIMEOUT_MS);
      });
    // The record at `seq` stays.
    await purge(stream, { seq: position + 1 });
    await purge(snapshotStream, { filter: this.#names.chunks(position) });
  }

  async #readHead(signal: AbortSignal): Promise<StoredHead> {
    const message = await this.#readLast(this.#names.head, ["leader"], signal);
    if (message === undefined) return { sequence: 0, head: undefined };
    const head = JSON.parse(new TextDecoder().decode(message.data)) as SnapshotHead;
    if (typeof head.log === "string" && Number.isSafeInteger(head.pos)) return { ...message, head };
    throw new LogFault("lost", `The snapshot in ${this.#names.snapshotStream} is damaged`);
  }

  /** `undefined`: it does not match its head. */
  async #readState(
    { pos, chunks, sha256: hash }: SnapshotHead,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const parts: Uint8Array[] = [];
    for (let index = 0; index < chunks; index++) {
      const part = await this.#readLast(this.#names.chunk(pos, index), ["leader", "replica"], signal);
      if (part === undefined) return undefined;
      parts.push(part.data);
    }
    const bytes = Buffer.concat(parts);
    return bytesToHex(sha256(bytes)) === hash ? new TextDecoder().decode(bytes) : undefined;
  }

  /** @param sources asked in turn until one has it; only the leader's word that it is not there counts */
  async #readLast(
    subject: string,
    sources: readonly Source[],
    signal: AbortSignal,
  ): Promise<StoredMessage | undefined> {
    const { snapshotStream } = this.#names;
    let attempts = 0;
    return await retry(this.#system, signal, async () => {
      const from = sources[attempts++ % sources.length]!;
      const query = { last_by_subj: subject };
      const message = await readMessage(this.#link, snapshotStream, query, from, READ_TIMEOUT_MS[from]);
      if (message !== undefined || from === "leader") return message;
      throw new LogRequestError(`A replica of ${snapshotStream} has no "${subject}"`);
    });
  }

  /** @param expectedSequence of the message that it replaces, and no other */
  async #store(subject: string, payload: string | Uint8Array, expectedSequence?: number): Promise<void> {
    const options = { timeoutMs: TIMEOUT_MS, ...expectedSequence === undefined ? {} : { expectedSequence } };
    const { data } = await asLogRequest(this.#link.request(subject, payload, options));
    if (typeof readAnswer(data)["seq"] !== "number") {
      throw new LogRequestError("NATS did not store a snapshot");
    }
  }
}
