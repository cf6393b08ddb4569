// The typed lines, carried out one after the other in the order in which they were typed or pasted, as a shell does; and
// what Ctrl-C means while one of them is under way.

import { type Progress, progressLine } from "./screen/mod.ts";
import type { RequestControl, TypedLine } from "./terminal_requests.ts";
import { count } from "../../words/mod.ts";

export interface LinesParts {
  /** A line begins: it is shown when its turn comes, above its own answer. */
  readonly onBegin: (line: string) => void;
  /** The status rows may have changed. */
  readonly onChange: () => void;
  readonly onFault: (error: unknown) => void;
  readonly print: (lines: readonly string[]) => void;
  readonly carryOut: (line: TypedLine, control: RequestControl) => Promise<void>;
}

interface Current {
  readonly cancelling: AbortController;
  readonly abandoned: PromiseWithResolvers<void>;
  progress: Progress | undefined;
}

/** A longer paste was not meant for this window; the lines beyond are dropped, with a message. */
const MAX_WAITING_LINES = 1_000;

export class TypedLines {
  readonly #parts: LinesParts;
  #waiting: TypedLine[] = [];
  #current: Current | undefined;
  #isClosed = false;

  constructor(parts: LinesParts) {
    this.#parts = parts;
  }

  /** Takes a line; its turn comes when those before it have ended. */
  add(line: TypedLine): void {
    if (this.#current !== undefined && line.text.trim() === "/cancel") return void this.interrupt();
    if (this.#waiting.length >= MAX_WAITING_LINES) {
      return this.#parts.print([`${MAX_WAITING_LINES} lines are waiting already; this one is dropped`]);
    }
    this.#waiting.push(line);
    if (this.#current === undefined) this.#next();
    this.#parts.onChange();
  }

  /**
   * Cancels the line under way and drops those that wait behind it; the second time, its answer is no longer waited for.
   *
   * @returns whether a line was under way.
   */
  interrupt(): boolean {
    const current = this.#current;
    if (current === undefined) return false;
    const dropped = this.#waiting.length;
    this.#waiting = [];
    if (dropped > 0) {
      this.#parts.print([`Dropped ${count(dropped, "queued line")}`]);
    }
    if (!current.cancelling.signal.aborted) {
      if (current.progress !== undefined) current.progress = { ...current.progress, phase: "cancelling" };
      current.cancelling.abort();
    } else {
      this.#parts.print(["No longer waiting for the answer"]);
      current.abandoned.resolve();
    }
    this.#parts.onChange();
    return true;
  }

  /** Rows to be shown above the prompt. */
  get status(): string[] {
    const progress = this.#current?.progress;
    const rows = progress === undefined ? [] : [progressLine(progress)];
    const [next, ...more] = this.#waiting;
    if (next !== undefined) {
      rows.push(`waiting: ${next.text}${more.length > 0 ? ` and ${more.length} more` : ""}`);
    }
    return rows;
  }

  /** Begins no further line, and abandons the one under way. */
  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
    this.#current?.cancelling.abort();
    this.#current?.abandoned.resolve();
  }

  /** Begins the next line, if there is one. */
  #next(): void {
    const line = this.#isClosed ? undefined : this.#waiting.shift();
    if (line === undefined) {
      this.#current = undefined;
      return this.#parts.onChange();
    }
    const current: Current = {
      cancelling: new AbortController(),
      abandoned: Promise.withResolvers(),
      progress: undefined,
    };
    this.#current = current;
    this.#parts.onBegin(line.text);
    const control: RequestControl = {
      signal: current.cancelling.signal,
      onProgress: (progress) => {
        current.progress = current.cancelling.signal.aborted
          ? { ...progress, phase: "cancelling" }
          : progress;
        this.#parts.onChange();
      },
      // An answer that is no longer waited for comes too late: it would appear below another line.
      print: (lines) => {
        if (this.#current === current) this.#parts.print(lines);
      },
      isAwaited: () => this.#current === current,
    };
    const done = this.#parts.carryOut(line, control).catch(this.#parts.onFault);
    Promise.race([done, current.abandoned.promise]).then(() => this.#next());
  }
}
