// Takes the lines of every session: finds out whether a program or a person is there, hands each line to its handler, and
// sees to it that everything which one read has caused goes out together.

import type { Refusal } from "../protocol/errors.ts";
import { type Block, lineBetween, lineEnd, type LineFault } from "../protocol/line_framer.ts";
import type { Breaths } from "./breaths.ts";
import type { Door } from "./door.ts";
import type { FastLane } from "./fast_lane.ts";
import type { FanOut } from "./fan_out.ts";
import type { JsonHandler } from "./json_handler.ts";
import type { RateLimit } from "./rate_limit.ts";
import type { Seating } from "./seating.ts";
import type { Session } from "./session.ts";
import type { TextHandler } from "./text_handler.ts";
import type { WriteTurns } from "./write_turns.ts";

export interface LineHandlerParts {
  readonly door: Pick<Door, "take" | "refuseLine">;
  readonly seating: Seating;
  readonly rateLimit: RateLimit;
  readonly fanOut: FanOut;
  readonly turns: WriteTurns;
  readonly fastLane: FastLane;
  readonly json: JsonHandler;
  readonly text: TextHandler;
  readonly lineBytes: number;
  /** Monotonic, in ms. */
  readonly now: () => number;
  readonly breaths: Pick<Breaths, "take">;
}

/** How long one client's lines may keep the others waiting, and after how many steps that is looked at. */
const TURN_MS = 5;
const STEPS_PER_LOOK = 8;

/** The first line that is not handled yet: at `at` in the block with that index. */
interface Place {
  block: number;
  at: number;
}

export class LineHandler {
  readonly #parts: LineHandlerParts;

  constructor(parts: LineHandlerParts) {
    this.#parts = parts;
  }

  /**
   * Handles the lines that one read completed, in order. What takes longer than others should wait for is spread over
   * turns of the event loop; the result then resolves when all lines are handled.
   */
  handle(session: Session, blocks: readonly Block[]): Promise<void> | undefined {
    const place = { block: 0, at: 0 };
    this.#handleSome(session, blocks, place);
    return place.block < blocks.length ? this.#handleRest(session, blocks, place) : undefined;
  }

  async #handleRest(session: Session, blocks: readonly Block[], place: Place): Promise<void> {
    while (place.block < blocks.length) {
      await this.#parts.breaths.take();
      this.#handleSome(session, blocks, place);
    }
  }

  #handleSome(session: Session, blocks: readonly Block[], place: Place): void {
    const { seating, rateLimit, fanOut, turns, json, now } = this.#parts;
    let until: number | undefined;
    rateLimit.begin(session, session.lastHeardAt);
    seating.settle();
    for (let steps = 1; place.block < blocks.length && session.isOpen; steps++) {
      this.#step(session, blocks[place.block]!, place);
      if (steps % STEPS_PER_LOOK > 0) continue;
      // Most reads bring so few lines that nobody has to look at a clock.
      if (now() > (until ??= now() + TURN_MS)) break;
    }
    fanOut.flush();
    json.reportRefusals();
    rateLimit.end(session);
    turns.flush();
    if (!session.isOpen) place.block = blocks.length;
  }

  #step(session: Session, block: Block, place: Place): void {
    if ("fault" in block) {
      this.#refuse(session, block.fault);
      place.block++;
      return;
    }
    const { lines } = block;
    place.at = this.#handleLines(session, lines, place.at);
    if (place.at < lines.length) return;
    place.block++;
    place.at = 0;
  }

  /** Handles the line at `start`, and those behind it that go the same short way. @returns where the next one begins */
  #handleLines(session: Session, lines: string, start: number): number {
    const taken = session.mode === "json" ? this.#parts.fastLane.take(session, lines, start) : start;
    if (taken > start) return taken;
    const end = lineEnd(lines, start);
    this.#handleText(session, lineBetween(lines, start, end));
    return end;
  }

  #handleText(session: Session, line: string): void {
    if (session.mode === "at_door" && !this.#parts.door.take(session, line)) return;
    if (session.mode === "undecided") this.#decide(session, line);
    if (session.mode === "text") this.#parts.text.handle(session, line);
    else this.#parts.json.handle(session, line);
  }

  #decide(session: Session, line: string): void {
    if (/^\s*[{[]/.test(line)) session.mode = "json";
    else this.#parts.text.begin(session);
  }

  #refuse(session: Session, fault: LineFault): void {
    if (session.mode === "at_door") return this.#parts.door.refuseLine(session);
    this.#parts.fanOut.flush();
    const refusal = toRefusal(fault, this.#parts.lineBytes);
    // A client that begins with such a line has shown nothing of what it is: it is answered as a program.
    if (session.mode === "text") {
      this.#parts.text.refuse(session, this.#parts.rateLimit.take(session, 1) ?? refusal);
    } else this.#parts.json.refuse(session, refusal);
  }
}

function toRefusal(fault: LineFault, limit: number): Refusal {
  switch (fault) {
    case "too_long":
      return {
        reason: "too_large",
        message: `Cannot read a line of more than ${limit} bytes`,
        data: { limit },
      };
    case "bad_utf8":
      return { reason: "parse_error", message: "Cannot read the line: it is not UTF-8" };
  }
}
