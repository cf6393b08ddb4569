// Carries out typed lines against the session and shows the answers as lines. One function per kind of request; the queue
// and the cancelling are in terminal_lines.ts.

import {
  type CommandInfo,
  METHODS,
  type Roster,
  slashHelp,
  type SlashName,
  type Status,
} from "../../protocol/methods/mod.ts";
import {
  type CommandRequest,
  incompleteMessage,
  parseTextRequest,
  type SlashRequest,
  type TextRequest,
  toRunParams,
  watchText,
} from "../../protocol/text/mod.ts";
import { commandText, errorLine, notSentLine, renamedText, type Style } from "../output/mod.ts";
import { DENO_CLOCK } from "../../time/mod.ts";
import { suggestCommand, unknownWordMessage } from "../requests/mod.ts";
import { checkAnswer, type ClientSession, RequestError } from "../session/mod.ts";
import {
  addResult,
  byTicket,
  commandLines,
  dryRunLines,
  type KnownNames,
  padText,
  type Progress,
  renderResultTable,
  rosterLines,
  type Shown,
  type ShownRanks,
  startProgress,
} from "./screen/mod.ts";

export interface RequestParts {
  readonly session: ClientSession;
  readonly names: KnownNames;
  readonly ranks: ShownRanks;
  readonly style: Style;
  readonly hasColour: boolean;
  /** Columns of the terminal now. */
  readonly width: () => number;
  /** What the server says of the commands. */
  readonly commands: () => readonly CommandInfo[];
  readonly leave: () => void;
  /** Whether arrivals and departures are shown from now on. */
  readonly showRoster: (isOn: boolean) => void;
}

/** A line with what the screen showed when the user began to type it. */
export interface TypedLine {
  readonly text: string;
  readonly shown: Shown;
}

/** How one line is cancelled, and where it shows how far it is. */
export interface RequestControl {
  /** Cancels the request. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly print: (lines: readonly string[]) => void;
  /** Whether what is printed is still shown. */
  readonly isAwaited: () => boolean;
}

export class TypedRequests {
  readonly #parts: RequestParts;

  constructor(parts: RequestParts) {
    this.#parts = parts;
  }

  /** Carries out one line. Rejects only for faults: what is refused is shown. */
  async carryOut({ text, shown }: TypedLine, control: RequestControl): Promise<void> {
    const { style } = this.#parts;
    try {
      control.print(await this.#linesFor(withTickets(this.#parse(text), shown), control));
    } catch (error) {
      if (error instanceof RequestError) {
        control.print([errorLine(error, style)]);
      } else if (control.signal.aborted) {
        control.print([style.notable("Cancelled")]);
      } else {
        throw error;
      }
    }
  }

  /** The roster, whose names and ranks are known from now on. */
  async loadRoster(signal?: AbortSignal): Promise<Roster> {
    const roster = checkAnswer(
      METHODS.roster.result,
      await this.#parts.session.request("roster", undefined, { signal }),
    );
    this.#parts.names.load(roster);
    this.#parts.ranks.load(roster);
    return roster;
  }

  /** The answer, or the refusal of what cannot be asked for. */
  async #linesFor(request: TextRequest<"terminal">, control: RequestControl): Promise<string[]> {
    switch (request.kind) {
      case "empty":
        return [];
      case "invalid":
        return [this.#refusal(request.message)];
      case "run":
        return await this.#run(request, control);
      case "slash":
        return await this.#slash(request, control.signal);
      case "incomplete":
        return [this.#refusal(incompleteMessage(request.name))];
      case "unknown":
        return [this.#refusal(unknownWordMessage(request.name, "terminal"))];
    }
  }

  #parse(text: string): TextRequest<"terminal"> {
    return parseTextRequest(text, "terminal", { isCommand: (name) => this.#allowed.includes(name) });
  }

  get #allowed(): readonly string[] {
    return this.#parts.session.place?.commands ?? [];
  }

  async #run(request: CommandRequest, { signal, onProgress, isAwaited }: RequestControl): Promise<string[]> {
    let progress = startProgress(commandText(request), this.#expected(request));
    onProgress(progress);
    const onResult = ({ status }: { readonly status: Status }) => {
      progress = addResult(progress, status);
      onProgress(progress);
    };
    const { done } = this.#parts.session.run(toRunParams(request), { signal, onResult });
    const summary = await done.catch((error) => {
      if (!(error instanceof RequestError)) throw error;
      throw suggestCommand(error, request.command, this.#allowed);
    });
    const { width, hasColour, ranks } = this.#parts;
    if (isAwaited()) ranks.showRows(summary.results);
    return renderResultTable(summary, { width: width(), colour: hasColour });
  }

  /** Executors as far as this side can tell before the answer. */
  #expected({ to, to_tickets, to_names, from_rank }: CommandRequest): number {
    const { place } = this.#parts.session;
    const named = [to, to_tickets, to_names].map((targets) => new Set<unknown>(targets).size);
    const count = named.reduce((sum, size) => sum + size);
    if (count > 0 && from_rank === undefined) return count;
    const first = from_rank ?? (place === undefined ? 0 : place.rank + 1);
    return place === undefined ? count : count + Math.max(0, place.members - first);
  }

  async #slash(request: SlashRequest<SlashName<"terminal">>, signal: AbortSignal): Promise<string[]> {
    const { session, style } = this.#parts;
    switch (request.name) {
      case "roster":
        return this.#showRoster(await this.loadRoster(signal));
      case "commands":
        return commandLines(this.#allowed, this.#parts.commands());
      case "name":
        await session.rename(request.text);
        return [renamedText(request.text)];
      case "dry":
        return await this.#dryRun(request.run, signal);
      case "watch":
        return await this.#watch(request.option === "on", signal);
      case "yield":
        // The event `yielded` shows the new rank.
        await session.request("yield", undefined, { signal });
        return [];
      case "cancel":
        return ["No command is running"];
      case "help":
        return helpLines(style);
      case "quit":
        this.#parts.leave();
        return [];
    }
  }

  #showRoster(roster: Roster): string[] {
    const { ranks, style, width } = this.#parts;
    ranks.showRoster(roster);
    return rosterLines(roster, { width: width(), style, now: DENO_CLOCK.now().wall });
  }

  async #dryRun(request: CommandRequest, signal: AbortSignal): Promise<string[]> {
    const summary = await this.#parts.session.dryRun(toRunParams(request), { signal });
    this.#parts.ranks.showRows(summary.results);
    return dryRunLines(summary, this.#parts.style);
  }

  async #watch(isOn: boolean, signal: AbortSignal): Promise<string[]> {
    // The roster is loaded, so that a departure can be shown by name.
    if (isOn) await this.loadRoster(signal);
    this.#parts.showRoster(isOn);
    return [watchText(isOn)];
  }

  #refusal(message: string): string {
    return notSentLine(message, this.#parts.style);
  }
}

/** The same request to the clients that were shown with the typed ranks. */
function withTickets(request: TextRequest<"terminal">, shown: Shown): TextRequest<"terminal"> {
  if (request.kind === "run") return { ...request, ...byTicket(request, shown) };
  if (request.kind !== "slash" || request.name !== "dry") return request;
  return { ...request, run: { ...request.run, ...byTicket(request.run, shown) } };
}

/** The help of the prompt. */
export function helpLines(style: Style): string[] {
  const rows = [
    { usage: "uptime", help: "to all clients below you" },
    {
      usage: "@2,3 restart nginx",
      help: "to ranks 2 and 3 as shown (also @4-7, @4-, @all)",
    },
    {
      usage: "@web-3 restart nginx",
      help: "to the client with that name, or by @ticket:12",
    },
    ...slashHelp("terminal"),
  ];
  return [
    "Type a command and its arguments; quotes keep spaces together:",
    ...rows.map(({ usage, help }) => `  ${style.strong(padText(usage, 22))}  ${help}`),
    style.faint("Tab completes, the up arrow recalls earlier lines, Ctrl-C cancels."),
  ];
}
