// The short way for the two kinds of lines that come in great numbers: commands to every client below that want no
// answer, and executors' answers without output. Both exist twice, here and in the general way (json_handler and what
// follows it): reading such a line as JSON, as a message and as params costs several times what recognising it does.
// The outcome is the same, which tests compare; whatever is not in just this spelling, or would be refused, is left to
// the general way.

import { type PlainRunReader, readPlainAnswer } from "../../protocol/fast/mod.ts";
import { lineEnd } from "../../protocol/wire/mod.ts";
import type { Commands, FanOut, Runs } from "../runs/mod.ts";
import type { RateLimit } from "../limits/mod.ts";
import type { Session } from "../connection/mod.ts";

export interface FastLaneParts {
  readonly reader: PlainRunReader;
  readonly commands: Commands;
  readonly fanOut: FanOut;
  readonly runs: Runs;
  readonly rateLimit: RateLimit;
}

export class FastLane {
  readonly #parts: FastLaneParts;

  constructor(parts: FastLaneParts) {
    this.#parts = parts;
  }

  /**
   * Handles lines of a program's session from `start` on, as many as it can in one step.
   *
   * @returns where the first one begins that it did not handle; `start` when that is the first
   */
  take(session: Session, lines: string, start: number): number {
    const { reader, commands, fanOut, runs, rateLimit } = this.#parts;
    const answer = readPlainAnswer(lines, start);
    if (answer !== undefined) {
      const { id, code, end } = answer;
      fanOut.flush();
      runs.answer(session, id, { status: code === 0 ? "ok" : "failed", code });
      return end;
    }
    const { seat } = session;
    const most = rateLimit.available(session);
    if (seat === undefined || most < 1) return start;
    const plain = reader.read(lines, start);
    if (plain === undefined) return start;
    const count = commands.sendPlain(seat, plain, most);
    if (count > 0) rateLimit.take(session, count);
    return count === plain.args.length ? plain.end : afterLines(lines, start, count);
  }
}

function afterLines(lines: string, start: number, count: number): number {
  let at = start;
  for (let i = 0; i < count; i++) at = lineEnd(lines, at);
  return at;
}
