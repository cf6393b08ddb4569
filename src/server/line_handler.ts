// Takes the lines of every session: finds out whether a program or a person is there, hands each line to its handler, and
// sees to it that everything which one read has caused goes out together.

import type { Refusal } from "../protocol/errors.ts";
import type { Line, LineFault } from "../protocol/line_framer.ts";
import type { Breaths } from "./breaths.ts";
import type { FanOut } from "./fan_out.ts";
import type { JsonHandler } from "./json_handler.ts";
import type { Seating } from "./seating.ts";
import type { Session } from "./session.ts";
import type { TextHandler } from "./text_handler.ts";
import type { WriteTurns } from "./write_turns.ts";

export interface LineHandlerParts {
  readonly seating: Seating;
  readonly fanOut: FanOut;
  readonly turns: WriteTurns;
  readonly json: JsonHandler;
  readonly text: TextHandler;
  readonly lineBytes: number;
  /** Monotonic, in ms. */
  readonly now: () => number;
  readonly breaths: Pick<Breaths, "take">;
}

/** How long one client's lines may keep the others waiting, and after how many of them that is looked at. */
const TURN_MS = 5;
const LINES_PER_LOOK = 8;

export class LineHandler {
  readonly #parts: LineHandlerParts;

  constructor(parts: LineHandlerParts) {
    this.#parts = parts;
  }

  /**
   * Handles the lines that one read completed, in order. What takes longer than others should wait for is spread over
   * turns of the event loop; the result then resolves when all lines are handled.
   */
  handle(session: Session, lines: readonly Line[]): Promise<void> | undefined {
    const next = this.#handleSome(session, lines, 0);
    return next < lines.length ? this.#handleRest(session, lines, next) : undefined;
  }

  async #handleRest(session: Session, lines: readonly Line[], first: number): Promise<void> {
    for (let next = first; next < lines.length;) {
      await this.#parts.breaths.take();
      next = this.#handleSome(session, lines, next);
    }
  }

  /** @returns the index of the first line that is not handled yet. */
  #handleSome(session: Session, lines: readonly Line[], first: number): number {
    const { seating, fanOut, turns, json, now } = this.#parts;
    const until = now() + TURN_MS;
    seating.settle();
    let next = first;
    while (next < lines.length && session.isOpen) {
      const line = lines[next++]!;
      if ("text" in line) this.#handleText(session, line.text);
      else this.#refuse(session, line.fault);
      if (next % LINES_PER_LOOK === 0 && now() > until) break;
    }
    fanOut.flush();
    json.reportRefusals();
    turns.flush();
    return session.isOpen ? next : lines.length;
  }

  #handleText(session: Session, line: string): void {
    if (session.mode === "undecided") this.#decide(session, line);
    if (session.mode === "text") this.#parts.text.handle(session, line);
    else this.#parts.json.handle(session, line);
  }

  #decide(session: Session, line: string): void {
    if (/^\s*[{[]/.test(line)) session.mode = "json";
    else this.#parts.text.begin(session);
  }

  #refuse(session: Session, fault: LineFault): void {
    this.#parts.fanOut.flush();
    const refusal = toRefusal(fault, this.#parts.lineBytes);
    // A client that begins with such a line has shown nothing of what it is: it is answered as a program.
    if (session.mode === "text") this.#parts.text.refuse(session, refusal);
    else this.#parts.json.refuse(session, refusal);
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
