// Takes the lines of every session: decides from the first one whether a program or a person is connected, passes each
// line to its handler, and sends everything that one read has caused together.

import { count } from "../../words/mod.ts";
import type { Refusal } from "../../protocol/json_rpc/mod.ts";
import {
  type Block,
  findForeignGreeting,
  findHttpBeginning,
  findHttpRequest,
  lineBetween,
  lineEnd,
  type LineEnds,
  type LineFault,
} from "../../protocol/wire/mod.ts";
import type { YieldToIo } from "../../time/mod.ts";
import type { Session, WriteScheduler } from "../connection/mod.ts";
import type { RateLimit } from "../limits/mod.ts";
import type { LoginGate } from "../login/mod.ts";
import type { FanOut } from "../runs/mod.ts";
import type { Seating } from "../seats/mod.ts";
import type { FastLane } from "./fast_lane.ts";
import type { JsonHandler } from "./json_handler.ts";
import type { Batch } from "./replies.ts";
import type { TextHandler } from "./text_handler.ts";

export interface LineHandlerParts {
  readonly gate: Pick<LoginGate, "take" | "refuseLine" | "refuseForeign">;
  readonly seating: Seating;
  readonly rateLimit: RateLimit;
  readonly fanOut: FanOut;
  readonly turns: WriteScheduler;
  readonly fastLane: FastLane;
  readonly json: JsonHandler;
  readonly text: TextHandler;
  readonly lineBytes: number;
  /** Monotonic, in ms. */
  readonly now: () => number;
  readonly yieldToIo: Pick<YieldToIo, "take" | "spend" | "remainingMs">;
}

const BYTE_ORDER_MARK = "\ufeff";
const JSON_BEGINNING = /^\s*[{[]/;

/** The clock is read after so many short steps, and after each that may be long. */
const STEPS_PER_CLOCK_READ = 8;

/** The first line that is not handled yet: at `at` in the block with that index. */
interface Place {
  block: number;
  at: number;
  /** The batch in the line before it, while some of it is not handled. */
  batch: Batch | undefined;
  /** These are the first lines of the session. */
  readonly isOpening: boolean;
}

export class LineHandler {
  readonly #parts: LineHandlerParts;

  constructor(parts: LineHandlerParts) {
    this.#parts = parts;
  }

  /**
   * Handles the lines that one read completed, in order. What takes longer than other clients should wait is spread over
   * turns of the event loop; the result then resolves when all lines are handled.
   */
  handle(session: Session, blocks: readonly Block[]): Promise<void> | undefined {
    const place: Place = { block: 0, at: 0, batch: undefined, isOpening: !session.hasSpoken };
    const until = session.lastHeardAt + this.#parts.yieldToIo.remainingMs;
    if (session.pendingRecords === 0) this.#handleSome(session, blocks, place, until);
    return isDone(blocks, place) ? undefined : this.#handleRest(session, blocks, place, until);
  }

  async #handleRest(
    session: Session,
    blocks: readonly Block[],
    place: Place,
    firstUntil: number,
  ): Promise<void> {
    const { seating, yieldToIo, now } = this.#parts;
    let until = firstUntil;
    while (!isDone(blocks, place)) {
      if (session.pendingRecords > 0) {
        session.waitsForTurn = true;
        await seating.settled(session);
        session.waitsForTurn = false;
      }
      if (now() > until) {
        session.waitsForTurn = true;
        await yieldToIo.take(session);
        session.waitsForTurn = false;
        until = now() + yieldToIo.remainingMs;
      }
      session.lastHeardAt = now();
      this.#handleSome(session, blocks, place, until);
    }
  }

  #handleSome(session: Session, blocks: readonly Block[], place: Place, until: number): void {
    const { seating, rateLimit, fanOut, turns, json, now, yieldToIo } = this.#parts;
    rateLimit.begin(session, session.lastHeardAt);
    seating.settle();
    for (let steps = 1; place.block < blocks.length && session.isOpen; steps++) {
      // What it sends next may depend on what it has asked for.
      if (session.pendingRecords > 0) break;
      const isShort = this.#step(session, blocks[place.block]!, place);
      if (isShort && steps % STEPS_PER_CLOCK_READ > 0) continue;
      if (place.block < blocks.length && now() > until) break;
    }
    fanOut.flush();
    json.reportRefusals();
    rateLimit.end(session);
    turns.flush();
    yieldToIo.spend(now() - session.lastHeardAt, session);
    if (!session.isOpen) place.block = blocks.length;
  }

  /** @returns whether it was short: the answer to a single message may be as long as the roster. */
  #step(session: Session, block: Block, place: Place): boolean {
    if (!("lines" in block)) {
      if ("fault" in block) this.#refuse(session, block.fault, block.ends);
      else this.#refuseSkipped(session, block.skipped);
      place.block++;
      return true;
    }
    let isShort = false;
    if (place.batch === undefined) isShort = this.#handleLines(session, block.lines, place);
    else if (place.batch.handleNext()) place.batch = undefined;
    if (place.batch !== undefined) return isShort;
    if (session.hasLeft) session.close("left");
    if (place.at < block.lines.length) return isShort;
    place.block++;
    place.at = 0;
    return isShort;
  }

  /**
   * Handles the line at the place, and those behind it that the fast lane takes with it; of a batch, nothing yet.
   *
   * @returns whether the fast lane took them, or the line was empty.
   */
  #handleLines(session: Session, lines: string, place: Place): boolean {
    const start = place.at;
    if (session.mode === "json") place.at = this.#parts.fastLane.take(session, lines, start);
    if (place.at > start) return true;
    place.at = lineEnd(lines, start);
    const line = lineBetween(lines, start, place.at);
    place.batch = this.#handleText(session, line, place);
    return line === "";
  }

  #handleText(session: Session, text: string, place: Place): Batch | undefined {
    const isFirst = !session.hasSpoken;
    // RFC 8259, section 8.1, allows to ignore a byte order mark.
    const line = isFirst && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
    if (place.isOpening && session.mode !== "json") {
      // Blank lines may come before a request (RFC 9112, section 2.2), and a client may send something else before it.
      const greeting = isFirst ? findForeignGreeting(line) : findHttpRequest(line);
      if (this.#parts.gate.refuseForeign(session, greeting)) return undefined;
      session.hasSpoken ||= line.trim() !== "";
    }
    if (session.mode === "pending" && !this.#parts.gate.take(session, line)) return undefined;
    if (session.mode === "undecided") this.#decide(session, line);
    if (session.mode !== "text") return this.#parts.json.handle(session, line);
    this.#parts.text.handle(session, line);
    return undefined;
  }

  #decide(session: Session, line: string): void {
    if (!JSON_BEGINNING.test(line)) return this.#parts.text.begin(session);
    session.mode = "json";
    this.#parts.seating.details.noteMode(session);
  }

  #refuse(session: Session, fault: LineFault, ends: LineEnds): void {
    if (session.mode === "pending") return this.#parts.gate.refuseLine(session);
    this.#parts.fanOut.flush();
    const refusal = toRefusal(fault, this.#parts.lineBytes);
    if (this.#refuseFirst(session, fault, ends, refusal.message)) return;
    // A client that begins with a line that is not UTF-8 may be either: it is answered as a program.
    if (session.mode === "text") {
      this.#parts.text.refuse(session, this.#parts.rateLimit.take(session, 1) ?? refusal);
    } else this.#parts.json.refuse(session, refusal, ends);
  }

  /**
   * Closes a session whose first line cannot be read and is no program's: an HTTP request, whose other lines must not be
   * executed, or more than a person types.
   */
  #refuseFirst(session: Session, fault: LineFault, { beginning }: LineEnds, message: string): boolean {
    if (session.hasSpoken || JSON_BEGINNING.test(beginning)) return false;
    if (this.#parts.gate.refuseForeign(session, findHttpBeginning(beginning))) return true;
    if (fault !== "too_long") return false;
    session.mode = "text";
    session.closeWith("wrong_protocol", message);
    return true;
  }

  /** The end of an overlong line: of a response, it may have the id. */
  #refuseSkipped(session: Session, ends: LineEnds): void {
    if (session.mode === "pending" || session.mode === "text") return;
    this.#parts.json.refuseSkipped(session, toRefusal("too_long", this.#parts.lineBytes), ends);
  }
}

function isDone(blocks: readonly Block[], { block }: Place): boolean {
  return block >= blocks.length;
}

function toRefusal(fault: LineFault, limit: number): Refusal {
  switch (fault) {
    case "too_long":
      return {
        reason: "too_large",
        message: `Line exceeds the limit of ${count(limit, "byte")}`,
        data: { limit },
      };
    case "bad_utf8":
      return { reason: "parse_error", message: "Line is not valid UTF-8" };
  }
}
