// The log as a stream of JetStream. Records are read without a consumer, which would depend on the leader: as messages that
// the server publishes again, and one by one.

import { ApiError, asLogRequest, readAnswer, requestApi } from "./api_request.ts";
import { identityOf } from "./stream_identity.ts";
import type { LinkMessage, NatsLink } from "./link/mod.ts";
import {
  type Acknowledgment,
  type LogDescription,
  LogFault,
  type LogPort,
  type LogPortEvent,
  LogRequestError,
  type Sequence,
  type Source,
} from "./log/mod.ts";
import type { LogNames } from "./names.ts";
import { checkServerVersion } from "./streams.ts";

const NO_MESSAGE = 10_037;

export class NatsLog implements LogPort {
  readonly #link: NatsLink;
  readonly #names: LogNames;
  readonly #replicas: number;

  constructor(link: NatsLink, names: LogNames, replicas: number) {
    this.#link = link;
    this.#names = names;
    this.#replicas = replicas;
  }

  get isConnected(): boolean {
    return this.#link.isConnected;
  }

  async append(record: string, id: string, timeoutMs: number): Promise<Acknowledgment> {
    const request = this.#link.request(this.#names.log, record, { timeoutMs, messageId: id });
    const { seq } = readAnswer((await asLogRequest(request)).data);
    return { sequence: sequenceOf(seq) };
  }

  async read(sequence: Sequence, from: Source, timeoutMs: number): Promise<Uint8Array | undefined> {
    return (await readMessage(this.#link, this.#names.stream, { seq: sequence }, from, timeoutMs))?.data;
  }

  async readNext(sequence: Sequence, from: Source, timeoutMs: number): Promise<Sequence | undefined> {
    const query = { seq: sequence, next_by_subj: this.#names.log };
    return (await readMessage(this.#link, this.#names.stream, query, from, timeoutMs))?.sequence;
  }

  async describe(timeoutMs: number): Promise<LogDescription> {
    const answer = await requestApi(this.#link, `$JS.API.STREAM.INFO.${this.#names.stream}`, {}, timeoutMs);
    const state = answer["state"] as Record<string, unknown>;
    return {
      identity: identityOf(answer),
      first: Number(state["first_seq"]),
      last: Number(state["last_seq"]),
    };
  }

  follow(listener: (sequence: Sequence, data: Uint8Array) => void): () => void {
    const { stream, tail } = this.#names;
    return this.#link.subscribe(tail, (message: LinkMessage) => {
      const sequence = Number(message.header("Nats-Sequence"));
      if (message.header("Nats-Stream") === stream && sequence > 0) listener(sequence, message.data);
    });
  }

  watch(listener: (event: LogPortEvent) => void): () => void {
    return this.#link.watch((event) => {
      switch (event.kind) {
        case "connected":
          return listener(this.#connected());
        case "disconnected":
          return listener({ kind: "disconnected" });
        case "denied":
          return listener({
            kind: "fault",
            fault: new LogFault("denied", `The NATS server denies: ${event.reason}`),
          });
        case "refused":
          return;
      }
    });
  }

  /** Another server may be of another version. */
  #connected(): LogPortEvent {
    try {
      checkServerVersion(this.#link.serverVersion, this.#replicas);
      return { kind: "connected" };
    } catch (fault) {
      return { kind: "fault", fault: fault as LogFault };
    }
  }
}

export interface StoredMessage {
  readonly sequence: Sequence;
  readonly data: Uint8Array;
}

/** @param query what JetStream calls the message, such as `{ seq }` or `{ last_by_subj }` */
export async function readMessage(
  link: NatsLink,
  stream: string,
  query: Readonly<Record<string, unknown>>,
  from: Source,
  timeoutMs: number,
): Promise<StoredMessage | undefined> {
  return from === "leader"
    ? await readFromLeader(link, stream, query, timeoutMs)
    : await readDirectly(link, stream, query, timeoutMs);
}

async function readDirectly(
  link: NatsLink,
  stream: string,
  query: unknown,
  timeoutMs: number,
): Promise<StoredMessage | undefined> {
  const request = link.request(`$JS.API.DIRECT.GET.${stream}`, JSON.stringify(query), { timeoutMs });
  const message = await asLogRequest(request);
  if (message.code === 404) return undefined;
  if (message.code !== 0) {
    throw new LogRequestError(`NATS refused to read from ${stream}: status ${message.code}`);
  }
  return { sequence: sequenceOf(Number(message.header("Nats-Sequence"))), data: message.data };
}

async function readFromLeader(
  link: NatsLink,
  stream: string,
  query: unknown,
  timeoutMs: number,
): Promise<StoredMessage | undefined> {
  try {
    const answer = await requestApi(link, `$JS.API.STREAM.MSG.GET.${stream}`, query, timeoutMs);
    const { seq, data } = answer["message"] as Record<string, unknown>;
    return { sequence: sequenceOf(seq), data: fromBase64(String(data ?? "")) };
  } catch (error) {
    if (error instanceof ApiError && error.code === NO_MESSAGE) return undefined;
    throw error;
  }
}

function sequenceOf(value: unknown): Sequence {
  if (Number.isSafeInteger(value) && (value as number) > 0) return value as Sequence;
  throw new LogRequestError(`NATS answered with the sequence "${value}"`);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
