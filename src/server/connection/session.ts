// One connection from the server's side: reads lines, sends bytes, and ends in one way for one reason. It does not know
// what the lines mean, nor who else is there.

import type { CloseReason } from "../../protocol/methods/mod.ts";
import { type Block, isClientHello, LineFramer, UNEXPECTED_MESSAGE_ALERT } from "../../protocol/wire/mod.ts";
import { noteToJson, noteToText, type ServerNote } from "../../protocol/text/mod.ts";
import type { Seat } from "../../ranks/mod.ts";
import type { Deadlines, YieldToIo } from "../../time/mod.ts";
import { formatAddress, type Member, type Mode } from "./member.ts";
import { type ByteWriter, Outbox } from "./outbox.ts";
import type { RateState } from "../limits/mod.ts";
import { type Rights, RIGHTS_WITHOUT_TOKEN } from "./rights.ts";
import type { WriteScheduler } from "./write_scheduler.ts";

/** The part of `Deno.Conn` that a session needs. */
export interface ClientConnection extends ByteWriter {
  /** Resolves with the number of bytes read, or `null` at the end of the stream; rejects when the connection broke. */
  read(buffer: Uint8Array): Promise<number | null>;
  closeWrite(): Promise<void>;
  close(): void;
}

/** What sessions share: the server's own parts. */
export interface SessionHost {
  readonly turns: WriteScheduler;
  readonly yieldToIo: Pick<YieldToIo, "take">;
  /** Sessions that are closed but still have something to say, or to hear the end of. */
  readonly lingering: Deadlines<Session>;
  readonly lineBytes: number;
  readonly outboxBytes: number;
  readonly lingerMs: number;
  /** Monotonic, in ms. */
  now(): number;
  /** Resolves when all lines are handled, where that takes more than one turn. */
  onLines(session: Session, blocks: readonly Block[]): Promise<void> | undefined;
  /** Told when handling lines threw, which is the server's own fault; the session is closed for it. */
  onFault(error: unknown): void;
  /** Called once, at once when the session closes, and before its connection does. */
  onClosed(session: Session, reason: CloseReason): void;
  /** Called once, when the connection is closed. */
  onGone(session: Session): void;
}

type State = "open" | "closing" | "closed";

// 10,000 idle clients hold 10,000 buffers: small until a client has shown that it sends much. The step between is for
// those that answer, each with a little more than fits the smallest: with 64 KiB for all of them they would never be calm.
const IDLE_BUFFER_BYTES = 512;
const LIVELY_BUFFER_BYTES = 4 * 1024;
const BUSY_BUFFER_BYTES = 64 * 1024;
/** Reads that would have fitted the small buffer before a busy client counts as idle again. */
const CALM_READS = 32;
/** Full reads in a row after which whoever sends so much lets the others be heard. */
const FULL_READS = 32;
/** What a closed session still reads and throws away, so that its last words are not lost to a reset. */
const MAX_DISCARDED_BYTES = 1024 * 1024;

export class Session implements Member {
  readonly ip: string;
  readonly port: number;
  /** Milliseconds since 1970, for people. */
  readonly since: number;
  /** Shown to others. The address until the client gives a name. */
  name: string;
  mode: Mode = "undecided";
  /** Where it sits; set and cleared by the seating. */
  seat: Seat<Member> | undefined;
  leaseMs = 0;
  identity: string | undefined;
  rights: Rights = RIGHTS_WITHOUT_TOKEN;
  /** What it has left of what it may ask for; kept by the rate limit. */
  use: RateState | undefined;
  /** The key under which its connection is counted; kept by the door. */
  countedAs: string | undefined;
  /** When it last asked for anything, on the host's clock; its arrival until it has. */
  lastAskedAt: number;
  /** It said that it leaves: nothing is kept for it. */
  hasLeft = false;
  /** When the last bytes came from it, on the host's clock. */
  lastHeardAt: number;
  readonly #connection: ClientConnection;
  readonly #host: SessionHost;
  readonly #outbox: Outbox;
  readonly #framer: LineFramer;
  #state: State = "open";
  /** Its other end says no more. */
  #hasEnded = false;

  constructor(
    connection: ClientConnection,
    remote: { readonly ip: string; readonly port: number },
    since: number,
    host: SessionHost,
  ) {
    this.ip = remote.ip;
    this.port = remote.port;
    this.since = since;
    this.name = this.address;
    this.lastHeardAt = this.lastAskedAt = host.now();
    this.#connection = connection;
    this.#host = host;
    this.#outbox = new Outbox(connection, host.turns, host.outboxBytes);
    this.#framer = new LineFramer(host.lineBytes);
  }

  /** "ip:port"; an IPv6 address in brackets. */
  get address(): string {
    return formatAddress(this.ip, this.port);
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Unsent bytes that still fit. */
  get outboxRoom(): number {
    return this.#host.outboxBytes - this.#outbox.pendingBytes;
  }

  /** Whether so much waits to be sent that it is better left alone with what it can do without. */
  get isBehind(): boolean {
    return this.#outbox.pendingBytes > this.#host.outboxBytes / 2;
  }

  /** From now on a line that is longer is refused. */
  limitLines(bytes: number): void {
    this.#framer.maxLineBytes = bytes;
  }

  /** Queues bytes that are shared with others; they go out when the write turns are flushed. */
  send(bytes: Uint8Array): void {
    if (this.#state === "open" && !this.#outbox.push(bytes)) this.close("slow_reader");
  }

  /** Like {@linkcode send}, for a small part of a large buffer. */
  sendPart(part: Uint8Array): void {
    if (this.#state === "open" && !this.#outbox.pushPart(part)) this.close("slow_reader");
  }

  sendText(text: string): void {
    if (text !== "" && this.#state === "open" && !this.#outbox.pushText(text)) this.close("slow_reader");
  }

  notify(note: ServerNote): void {
    if (this.isOpen) this.sendText(this.mode === "text" ? noteToText(note) : noteToJson(note));
  }

  /** Reads until the connection ends or is closed. Never rejects. */
  async serve(): Promise<void> {
    let buffer = new Uint8Array(IDLE_BUFFER_BYTES);
    let calmReads = 0;
    let fullReads = 0;
    let discarded = 0;
    try {
      while (this.#state !== "closed") {
        const count = await this.#connection.read(buffer);
        if (count === null) {
          this.#hasEnded = true;
          break;
        }
        this.lastHeardAt = this.#host.now();
        if (this.#state !== "open") {
          discarded += count;
          if (discarded > MAX_DISCARDED_BYTES) break;
          continue;
        }
        const rest = this.#handle(buffer.subarray(0, count));
        if (rest !== undefined) await rest;
        // Whoever made more work than one turn bears waits until it is under way before it can make more.
        const idle = this.#host.turns.idle();
        if (idle !== undefined) await idle;
        calmReads = count > IDLE_BUFFER_BYTES ? 0 : calmReads + 1;
        fullReads = count === buffer.length ? fullReads + 1 : 0;
        if (fullReads > 0 && fullReads % FULL_READS === 0) await this.#host.yieldToIo.take();
        // A stranger is given no memory, and what comes behind its first line is not read before that is judged.
        if (this.mode !== "pending" && count === buffer.length) buffer = grown(buffer);
        else if (buffer.length > IDLE_BUFFER_BYTES && calmReads > CALM_READS) {
          buffer = new Uint8Array(IDLE_BUFFER_BYTES);
        }
      }
      if (this.#state === "open") this.close("left");
      else this.destroy();
    } catch {
      this.close("reset");
      this.destroy();
    }
  }

  /**
   * Ends the session; only the first call counts. What is queued is still sent, within the linger time, unless the
   * connection is broken or its other end does not read.
   */
  close(reason: CloseReason): void {
    if (this.#state !== "open") return;
    this.#state = "closing";
    this.#host.onClosed(this, reason);
    if (reason === "reset" || reason === "slow_reader") return this.destroy();
    this.#host.lingering.add(this, this.#host.lingerMs);
    this.#host.turns.flush();
    this.#outbox.drained().then(() => this.#finish());
  }

  /** Tells the client why, and ends the session. @param retryAfterMs when a new attempt makes sense. */
  closeWith(reason: CloseReason, message: string, retryAfterMs?: number): void {
    if (this.#state !== "open") return;
    const retry = retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs };
    this.notify({ method: "closing", params: { reason, message, ...retry } });
    this.close(reason);
  }

  /** Like {@linkcode closeWith}, in place of all that it has not been sent yet, also when it is closed already. */
  breakOff(reason: CloseReason, message: string, retryAfterMs: number): void {
    if (this.#state === "closed") return;
    this.#outbox.dropQueued();
    this.closeWith(reason, message, retryAfterMs);
  }

  /** Handles what was read; never throws, and what it returns never rejects. */
  #handle(bytes: Uint8Array): Promise<void> | undefined {
    if ((this.mode === "undecided" || this.mode === "pending") && isClientHello(bytes)) {
      this.send(UNEXPECTED_MESSAGE_ALERT);
      this.close("no_tls");
      return undefined;
    }
    try {
      return this.#host.onLines(this, this.#framer.pushBlocks(bytes))?.catch((error) => this.#failed(error));
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  #failed(error: unknown): void {
    this.#host.onFault(error);
    this.close("fault");
  }

  async #finish(): Promise<void> {
    if (this.#hasEnded) return this.destroy();
    // Closing with bytes unread would reset the connection and could take the last message with it: say that no more
    // comes, and let the read loop wait for the other end.
    try {
      await this.#connection.closeWrite();
    } catch {
      this.destroy();
    }
  }

  /** Ends the connection at once, whatever is unsent. */
  destroy(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#host.lingering.remove(this, this.#host.lingerMs);
    this.#outbox.abandon();
    try {
      this.#connection.close();
    } catch {
      // Closed already by the failure that led here.
    }
    this.#host.onGone(this);
  }
}

function grown(buffer: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  switch (buffer.length) {
    case IDLE_BUFFER_BYTES:
      return new Uint8Array(LIVELY_BUFFER_BYTES);
    case LIVELY_BUFFER_BYTES:
      return new Uint8Array(BUSY_BUFFER_BYTES);
    default:
      return buffer;
  }
}
