// `rankclient` at a terminal: typed lines are sent to the session, events are shown above the line being typed. This driver
// owns the terminal's mode from the first key to the last and restores it; what is shown comes from the pure screen/ and
// output/.

import { CLIENT_BOUNDS } from "../../config/keys/mod.ts";
import { count, visible } from "../../words/mod.ts";
import type { ClientEvent, ClientSession } from "../session/mod.ts";
import { eventLines, notSentLine, OutageNotices, type Style, styleFor } from "../output/mod.ts";
import {
  KnownNames,
  type LiveView,
  packParts,
  pastedRows,
  promptText,
  type Shown,
  ShownRanks,
} from "./screen/mod.ts";
import { TabCompletion } from "./tab_completion.ts";
import { Display } from "./terminal_display.ts";
import { LineEditor } from "./terminal_editor.ts";
import type { TerminalIo } from "./terminal_io.ts";
import { TypedLines } from "./terminal_lines.ts";
import { TypedRequests } from "./terminal_requests.ts";

/** Of the ways in which a word can be completed. */
const MAX_SHOWN_CANDIDATES = 100;

/** The user left. */
const EXIT_LEFT = 0;
/** The connection is lost, and no further attempt is made. */
const EXIT_NO_CONNECTION = 4;
/** The server wants a token, or another one. */
const EXIT_UNAUTHENTICATED = 5;

/**
 * Shows the session until the user leaves, `io.signal` is aborted or the session ends; the terminal is as before then.
 * Does not close the session. @returns the exit code
 */
export async function runTerminal(session: ClientSession, io: TerminalIo): Promise<number> {
  const terminal = new Terminal(session, io);
  try {
    return await terminal.ended;
  } finally {
    await terminal.close();
  }
}

class Terminal {
  readonly #session: ClientSession;
  readonly #io: TerminalIo;
  readonly #style: Style;
  readonly #outage = new OutageNotices();
  readonly #names = new KnownNames(CLIENT_BOUNDS);
  readonly #ranks = new ShownRanks();
  /** What was shown when the line being typed was begun; absent while it is empty. */
  #shownAtStart: Shown | undefined;
  readonly #display: Display;
  readonly #completion: TabCompletion;
  readonly #editor: LineEditor;
  readonly #lines: TypedLines;
  readonly #end = Promise.withResolvers<number>();
  readonly #ignoreContinue: () => void;
  /** Whether arrivals and departures are printed; the prompt counts them in any case. */
  #showsRoster = false;
  #hasMentionedHelp = false;
  /** Ctrl-C was the last key, on an empty line. */
  #isAboutToLeave = false;
  #isClosed = false;

  constructor(session: ClientSession, io: TerminalIo) {
    this.#session = session;
    this.#io = io;
    const hasColour = io.output.isTTY && !Deno.noColor;
    this.#style = styleFor(hasColour);
    this.#display = new Display({
      output: io.output,
      sink: io.sink,
      style: this.#style,
      viewNow: () => this.#view(),
      maxLines: CLIENT_BOUNDS.screenLines,
    });
    const requests = new TypedRequests({
      session,
      names: this.#names,
      ranks: this.#ranks,
      style: this.#style,
      hasColour,
      width: () => this.#display.size.columns,
      commands: () => this.#completion.commands,
      leave: () => this.#leave(),
      showRoster: (isOn) => this.#showsRoster = isOn,
    });
    this.#completion = new TabCompletion({
      session,
      names: this.#names,
      loadNames: () => requests.loadRoster(),
      offer: (line, completion) => {
        if (this.#isClosed) return;
        this.#editor.offer(line, completion);
        this.#display.update();
      },
    });
    this.#lines = new TypedLines({
      carryOut: (line, control) => requests.carryOut(line, control),
      onBegin: (line) => this.#display.print([this.#style.strong(this.#prompt()) + visible(line)]),
      onChange: this.#display.update,
      onFault: (error) => this.#end.reject(error),
      print: (lines) => this.#display.print(lines),
    });
    this.#editor = new LineEditor(io.input, CLIENT_BOUNDS.typedLength, {
      onLine: (text) => this.#lines.add({ text, shown: this.#shownAtStart ?? this.#ranks.now }),
      onTooLong: () => this.#printNotSent(`longer than ${CLIENT_BOUNDS.typedLength} characters`),
      onDropped: (dropped) => this.#printNotSent(count(dropped, "more pasted line")),
      onChange: () => this.#keyPressed(),
      onInterrupt: () => this.#interrupt(),
      onClearScreen: () => this.#display.clear(),
      onEnd: () => this.#leave(),
      onCandidates: (candidates) => this.#showCandidates(candidates),
      onTab: (line) => this.#completion.press(line),
    });
    io.signal.addEventListener("abort", this.#leave, { once: true });
    if (io.signal.aborted) this.#leave();
    this.#ignoreContinue = io.onContinue(() => this.#continue());
    this.#watchQuietly();
    this.#display.update();
    this.#follow().catch((error) => this.#end.reject(error));
  }

  /** The exit code. */
  get ended(): Promise<number> {
    return this.#end.promise;
  }

  /** Restores the terminal. To be called once. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#io.signal.removeEventListener("abort", this.#leave);
    this.#ignoreContinue();
    this.#lines.close();
    const isDrained = await this.#display.close(CLIENT_BOUNDS.closeTimeoutMs);
    this.#editor.close(isDrained);
  }

  /** Shows the events until there are no more. */
  async #follow(): Promise<void> {
    let code = EXIT_NO_CONNECTION;
    for await (const event of this.#session.events) {
      if (this.#isClosed) return;
      this.#show(event);
      if (event.kind === "disconnected" && event.isUnauthenticated) code = EXIT_UNAUTHENTICATED;
    }
    this.#end.resolve(code);
  }

  #show(event: ClientEvent): void {
    const nameOf = (ticket: number) => this.#names.of(ticket);
    const isPrinted = this.#isToBePrinted(event);
    if (isPrinted) this.#display.print(eventLines(event, { style: this.#style, nameOf }));
    if (event.kind === "welcome" || event.kind === "waiting") this.#mentionHelp();
    this.#names.apply(event);
    this.#ranks.apply(event, isPrinted);
    if (event.kind === "welcome") this.#watchQuietly();
    if (event.kind === "commands_changed") this.#completion.loadCommands();
    // The prompt may have changed with any event.
    this.#display.update();
  }

  #mentionHelp(): void {
    if (!this.#hasMentionedHelp) this.#display.print([this.#style.faint("Type /help for help")]);
    this.#hasMentionedHelp = true;
  }

  #isToBePrinted(event: ClientEvent): boolean {
    switch (event.kind) {
      case "result":
        // The row above the prompt counts it, and the table will have it.
        return false;
      case "roster_changed":
        return this.#showsRoster;
      default:
        return this.#outage.shows(event);
    }
  }

  /** Only watchers learn of members that join behind them, and the prompt counts those. */
  #watchQuietly(): void {
    if (this.#session.place === undefined) return;
    // Refused or lost: the prompt then counts from the other events.
    this.#session.request("watch", { on: true }).catch(() => {});
    this.#completion.loadCommands();
  }

  /** The shell has used the terminal meanwhile. */
  async #continue(): Promise<void> {
    // Changing the mode of a terminal waits until it has taken all output, and everything would wait with it.
    await this.#display.idle();
    if (this.#isClosed) return;
    this.#editor.setRawMode();
    this.#display.restore();
  }

  #keyPressed(): void {
    const isEmpty = this.#editor.isEmpty;
    this.#isAboutToLeave &&= isEmpty;
    this.#shownAtStart = isEmpty ? undefined : this.#shownAtStart ?? this.#ranks.now;
    this.#display.update();
  }

  #interrupt(): void {
    if (this.#lines.interrupt()) return;
    if (!this.#editor.isEmpty) return this.#editor.clear();
    if (this.#isAboutToLeave) return this.#leave();
    this.#isAboutToLeave = true;
    this.#display.update();
  }

  readonly #leave = (): void => this.#end.resolve(EXIT_LEFT);

  #showCandidates(candidates: readonly string[]): void {
    const parts = candidates.slice(0, MAX_SHOWN_CANDIDATES).map((candidate) => visible(candidate));
    const left = candidates.length - parts.length;
    if (left > 0) parts.push(`and ${left} more`);
    const rows = packParts(parts, 2, this.#display.size.columns);
    this.#display.print(rows.map((row) => this.#style.faint(row.join("  "))));
  }

  #printNotSent(why: string): void {
    this.#display.print([notSentLine(why, this.#style)]);
  }

  #prompt(): string {
    return promptText(this.#session.place);
  }

  #view(): LiveView {
    const status = [...this.#lines.status, ...pastedRows(this.#editor.pastedLines)];
    if (this.#isAboutToLeave) status.push("Ctrl-C again or Ctrl-D leaves");
    return { status, prompt: this.#prompt(), line: this.#editor.line, cursor: this.#editor.cursor };
  }
}
