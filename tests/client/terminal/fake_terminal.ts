// Two streams made to look like a terminal: keys go in, and what the driver paints is seen on a virtual screen.

import { deadline } from "@std/async";
import { EventEmitter, once } from "node:events";
import { PassThrough } from "node:stream";
import type { Sink } from "../../../src/protocol/wire/write_all.ts";
import type { TerminalInput, TerminalIo, TerminalOutput } from "../../../src/client/terminal/terminal_io.ts";
import { VirtualScreen } from "./screen/virtual_screen.ts";

/** Far longer than a painting takes: only a failing test waits for it. */
const PATIENCE_MS = 5_000;

export class FakeTerminal implements TerminalIo {
  readonly input: TerminalInput;
  readonly output: TerminalOutput;
  readonly sink: Sink = { write: (bytes) => this.#write(bytes) };
  readonly signal: AbortSignal;
  readonly screen: VirtualScreen;
  isRaw = false;
  #continue: (() => void) | undefined;
  /** Takes nothing that is written, as a terminal whose network hangs. */
  isStuck = false;
  readonly #keys = new PassThrough();
  readonly #window = new EventEmitter();
  readonly #painted = new EventEmitter();
  readonly #stopping = new AbortController();
  #goOn = () => {};

  constructor(
    { columns = 60, rows = 20, isTTY = false }: { columns?: number; rows?: number; isTTY?: boolean } = {},
  ) {
    this.screen = new VirtualScreen(columns, rows);
    this.signal = this.#stopping.signal;
    const setRawMode = (isRaw: boolean) => this.isRaw = isRaw;
    this.input = Object.assign(this.#keys, { setRawMode });
    this.output = Object.assign(this.#window, { columns, rows, isTTY });
  }

  async #write(bytes: Uint8Array): Promise<number> {
    if (this.isStuck) {
      this.#painted.emit("stuck");
      await new Promise<void>((resolve) => this.#goOn = resolve);
    }
    this.screen.write(new TextDecoder().decode(bytes));
    this.#painted.emit("painted");
    return bytes.length;
  }

  /** Resolves when something waits to be taken by the stuck terminal. */
  async untilStuck(): Promise<void> {
    await once(this.#painted, "stuck");
  }

  /** Takes what was written while it was stuck. */
  goOn(): void {
    this.isStuck = false;
    this.#goOn();
  }

  /** Keys as a terminal sends them, all in one piece. */
  type(keys: string): void {
    this.#keys.write(keys);
  }

  /** The window has another width now; the virtual screen keeps the one that it was made with. */
  resize(columns: number): void {
    Object.assign(this.#window, { columns }).emit("resize");
  }

  /** How many want to hear of another size. */
  get resizeListeners(): number {
    return this.#window.listenerCount("resize");
  }

  readonly onContinue = (callback: () => void): () => void => {
    this.#continue = callback;
    return () => this.#continue = undefined;
  };

  /** As a shell leaves it that has stopped the process and continues it. */
  continueAfterStop(): void {
    this.isRaw = false;
    this.#continue!();
  }

  /** Text that is pasted into a terminal that marks it. */
  paste(text: string): void {
    this.type(`\x1b[200~${text}\x1b[201~`);
  }

  /** As SIGTERM does. */
  stop(): void {
    this.#stopping.abort();
  }

  /** The input ends, as when the window is closed. */
  endInput(): void {
    this.#keys.end();
  }

  /** Resolves with the rows when they satisfy the condition; throws with them when they do not in good time. */
  async until(isMet: (rows: readonly string[]) => boolean): Promise<readonly string[]> {
    const met = Promise.withResolvers<void>();
    const look = () => isMet(this.screen.text) && met.resolve();
    this.#painted.on("painted", look);
    look();
    try {
      await deadline(met.promise, PATIENCE_MS);
    } catch (cause) {
      throw new Error(`The screen never came to be as expected:\n${this.screen.text.join("\n")}`, { cause });
    } finally {
      this.#painted.off("painted", look);
    }
    return this.screen.text;
  }

  /** The last row is this one. */
  untilPrompt(last: string): Promise<readonly string[]> {
    return this.until((rows) => rows.at(-1) === last.trimEnd());
  }
}

export const KEY = {
  enter: "\r",
  tab: "\t",
  up: "\x1b[A",
  left: "\x1b[D",
  ctrlC: "\x03",
  ctrlD: "\x04",
  ctrlL: "\x0c",
};
