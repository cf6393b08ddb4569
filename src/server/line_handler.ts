// Takes the lines of every session: finds out whether a program or a person is there, hands each line to its handler, and
// sees to it that everything which one read has caused goes out together.

import type { Refusal } from "../protocol/errors.ts";
import { type Block, lineBetween, lineEnd, type LineFault } from "../protocol/line_framer.ts";
import type { Batch } from "./batch.ts";
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

/** The first line that is not begun yet: at `at` in the block with that index. */
interface Place {
  block: number;
  at: number;
  /** The line before it, while there is more of it to handle. */
  batch: Batch | undefined;
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
    const place: Place = { block: 0, at: 0, batch: undefined };
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
      // Most reads bring so few lines that nobody has to look at a clock; each message of a batch may be a long answer.
      if (steps % STEPS_PER_LOOK > 0 && place.batch === undefined) continue;
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
    if (place.batch === undefined) this.#handleLines(session, block.lines, place);
    else if (place.batch.handleNext()) place.batch = undefined;
    if (place.batch !== undefined) return;
    if (session.hasLeft) session.close("left");
    if (place.at < block.lines.length) return;
    place.block++;
    place.at = 0;
  }

  /** Handles the line at the place, and those behind it that go the same short way; of a batch, nothing yet. */
  #handleLines(session: Session, lines: string, place: Place): void {
    const start = place.at;
    if (session.mode === "json") place.at = this.#parts.fastLane.take(session, lines, start);
    if (place.at > start) return;
    place.at = lineEnd(lines, start);
    place.batch = this.#handleText(session, lineBetween(lines, start, place.at));
  }

  #handleText(session: Session, line: string): Batch | undefined {
    if (session.mode === "at_door" && !this.#parts.door.take(session, line)) return undefined;
    if (session.mode === "undecided") this.#decide(session, line);
    if (session.mode !== "text") return this.#parts.json.handle(session, line);
    this.#parts.text.handle(session, line);
    return undefined;
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
