// The server's side of one connection: reads lines, sends bytes, and closes once, for one reason. It does not know what
// the lines mean, nor about other clients.

import type { CloseReason } from "../../protocol/methods/mod.ts";
import {
  isClientHello,
  LineFramer,
  TelnetFilter,
  UNEXPECTED_MESSAGE_ALERT,
} from "../../protocol/wire/mod.ts";
import type { Sharer } from "../../time/mod.ts";
import type { ServerNote } from "../../protocol/text/mod.ts";
import type { RosterSeat } from "../../journal/mod.ts";
import { formatAddress, type Member, type Mode, type Remote, SENDERS } from "./member.ts";
import type { ClientConnection } from "./listener.ts";
import { Outbox } from "./outbox.ts";
import { ReadBuffer } from "./read_buffer.ts";
import { renderNote } from "./render_note.ts";
import { isLoopback, type RateState } from "../limits/mod.ts";
import { type Rights, RIGHTS_WITHOUT_TOKEN } from "./rights.ts";
import type { SessionHostOf } from "./session_host.ts";

/** Shorter reads are handled immediately, unless there are many; it is more than the smallest read buffer. */
const MIN_LONG_READ_BYTES = 600;

/** How much a closed session still reads and discards, so that a reset does not destroy its last message. */
const MAX_DISCARDED_BYTES = 1024 * 1024;

/** What all sessions share. */
export type SessionHost = SessionHostOf<Session>;

export class Session implements Member, Sharer {
  readonly ip: string;
  readonly port: number;
  readonly isOnLoopback: boolean;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Shown to others. The address until the client chooses a name. */
  name: string;
  mode: Mode = "undecided";
  /** Its id in the journal; set by the seating, as the next three. */
  id = "";
  /** Records that it has asked for and that are not applied yet: what else it sends waits for them. */
  pendingRecords = 0;
  /** Pings whose answers wait until it is certain that it has its seat. */
  pendingProofs = 0;
  seat: RosterSeat<Member> | undefined;
  /** The resume token that the next welcome contains. */
  token: string | undefined;
  leaseMs = 0;
  identity: string | undefined;
  rights: Rights = RIGHTS_WITHOUT_TOKEN;
  /** Maintained by the rate limit. */
  rate: RateState | undefined;
  /** The key under which its connection is counted; set by the login limits. */
  countedAs: string | undefined;
  /** When it last made a request, on the host's clock; until then, when it connected. */
  lastRequestAt: number;
  /** It sent `leave`: its seat is not reserved. */
  hasLeft = false;
  /** It has sent a line that can be read and is not blank. */
  hasSpoken = false;
  /** When its last bytes were received, on the host's clock. */
  lastHeardAt: number;
  /** What it has sent waits for its turn: meanwhile it is not silent, and nothing else of it is read. */
  waitsForTurn = false;
  exceedsUntil = 0;
  share: Sharer["share"];
  readonly #connection: ClientConnection;
  readonly #host: SessionHost;
  readonly #outbox: Outbox;
  readonly #framer: LineFramer;
  readonly #telnet = new TelnetFilter((answer) => this.send(answer));
  #state: "open" | "closing" | "closed" = "open";
  /** The client has closed its end. */
  #hasEnded = false;

  constructor(connection: ClientConnection, remote: Remote, since: number, host: SessionHost) {
    this.ip = remote.ip;
    this.port = remote.port;
    this.isOnLoopback = isLoopback(remote.ip);
    this.since = since;
    this.name = this.address;
    this.lastHeardAt = this.lastRequestAt = host.now();
    this.#connection = connection;
    this.#host = host;
    this.#outbox = new Outbox(connection, host.writes, host.outboxBytes);
    this.#framer = new LineFramer(host.lineBytes);
  }

  get node(): undefined {
    return undefined;
  }

  /** "ip:port"; an IPv6 address in brackets. */
  get address(): string {
    return formatAddress(this.ip, this.port);
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** How many more bytes fit into the send queue. */
  get outboxRoom(): number {
    return this.#host.outboxBytes - this.#outbox.pendingBytes;
  }

  /** The bytes of the line that it has not finished. */
  get unfinishedBytes(): number {
    return this.#framer.unfinishedBytes;
  }

  /** Whether its send queue is so full that optional messages should be left out. */
  get isBehind(): boolean {
    return this.#outbox.pendingBytes > this.#host.outboxBytes / 2;
  }

  /** Sets the longest line that is accepted from now on. */
  limitLines(bytes: number): void {
    this.#framer.maxLineBytes = bytes;
  }

  /** Queues bytes, which may be shared with other sessions; they are sent when the write scheduler is flushed. */
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
    if (this.isOpen) this.sendText(renderNote(note, this.mode));
  }

  /** Reads until the connection ends or is closed. Never rejects. */
  async serve(): Promise<void> {
    const buffer = new ReadBuffer();
    let discarded = 0;
    try {
      while (this.#state !== "closed") {
        const count = await this.#connection.read(buffer.bytes);
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
        const { yieldToIo } = this.#host;
        const isLong = count >= MIN_LONG_READ_BYTES;
        if (isLong ? yieldToIo.mustWait : yieldToIo.mustShare(this)) {
          this.waitsForTurn = true;
          await yieldToIo.take(this);
          this.waitsForTurn = false;
          this.lastHeardAt = this.#host.now();
        }
        const handled = this.#handle(buffer.bytes.subarray(0, count));
        if (handled !== undefined) await handled;
        // A client that causes more writes than fit into one iteration must wait until they have started.
        const idle = this.#host.writes.idle();
        if (idle !== undefined) await idle;
        buffer.note(count);
        // A client that has not logged in gets no memory, and nothing after its first line is read until that is checked.
        buffer.resize(this.mode !== "pending");
      }
      if (this.#state === "open") this.close("left");
      else this.destroy();
    } catch {
      this.close("reset");
      this.destroy();
    }
  }

  /** Closes the session, once. Queued messages are still sent within the linger time, unless they cannot be. */
  close(reason: CloseReason): void {
    if (this.#state !== "open") return;
    this.#state = "closing";
    this.#host.onClosed(this, reason);
    if (reason === "reset" || reason === "slow_reader") return this.destroy();
    this.#host.lingering.add(this, this.#host.lingerMs);
    this.#host.writes.flush();
    this.#outbox.drained().then(() => this.#finish());
  }

  /** Sends the client the reason and closes the session. @param retryAfterMs when it makes sense to try again. */
  closeWith(reason: CloseReason, message: string, retryAfterMs?: number): void {
    if (this.#state !== "open") return;
    this.notify({ method: "closing", params: { reason, message, retry_after_ms: retryAfterMs } });
    this.close(reason);
  }

  /** Like {@linkcode closeWith}, for a client that is not let in. */
  refuse(reason: CloseReason, message: string, retryAfterMs: number): void {
    this.closeWith(reason, message, retryAfterMs);
    // With many refused clients, it is better to lose the message than to run out of file descriptors.
    if (this.#host.lingering.size > this.#host.lingeringRefusals) this.destroy();
  }

  /** Like {@linkcode closeWith}, but drops everything not yet sent; also works on a session that is closing. */
  breakOff(reason: CloseReason, message: string, retryAfterMs: number): void {
    if (this.#state === "closed") return;
    this.#outbox.dropQueued();
    this.closeWith(reason, message, retryAfterMs);
  }

  /** Handles received bytes; never throws, and the returned promise never rejects. */
  #handle(bytes: Uint8Array): Promise<void> | undefined {
    const isFirstLine = this.mode === "undecided" || this.mode === "pending";
    if (isFirstLine && isClientHello(bytes)) {
      this.send(UNEXPECTED_MESSAGE_ALERT);
      this.close("no_tls");
      return undefined;
    }
    try {
      const text = this.#telnet.strip(bytes, SENDERS[this.mode]);
      return this.#host.onLines(this, this.#framer.pushBlocks(text))?.catch((error) => this.#failed(error));
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
    // Closing with unread bytes would reset the connection and could destroy the last message: close the sending side
    // only, and let the read loop wait until the client closes its own.
    try {
      await this.#connection.closeWrite();
    } catch {
      this.destroy();
    }
  }

  /** Closes the connection immediately; unsent data is lost. */
  destroy(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#host.lingering.remove(this, this.#host.lingerMs);
    this.#outbox.abandon();
    try {
      this.#connection.close();
    } catch {
      // Already closed by the failure that caused this.
    }
    this.#host.onDisconnected(this);
  }
}
