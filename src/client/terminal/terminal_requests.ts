// What a typed line asks for, done against the session and told in lines. One function per kind of request; the queue
// and the cancelling stand in terminal_lines.ts.

import { visible } from "../../log/mod.ts";
import { Roster, type Status } from "../../protocol/methods/methods.ts";
import { parseCommandWords, parseTextRequest, type TextRequest } from "../../protocol/text/mod.ts";
import { commandText, errorLine, notSentLine, type Style } from "../output/mod.ts";
import { checkAnswer, type ClientSession, RequestError } from "../session/mod.ts";
import {
  addResult,
  dryRunLines,
  type KnownNames,
  type Progress,
  renderResultTable,
  rosterLines,
  startProgress,
} from "./screen/mod.ts";
import { helpLines, isSlashName, type SlashName } from "./screen_help.ts";

export interface RequestParts {
  readonly session: ClientSession;
  readonly names: KnownNames;
  readonly style: Style;
  readonly hasColour: boolean;
  /** Columns of the terminal now. */
  readonly width: () => number;
  readonly leave: () => void;
  /** Arrivals and departures are to be told, or no more. */
  readonly showRoster: (isOn: boolean) => void;
}

/** What one line has to do with: its way to be given up, and its way to be seen. */
export interface RequestControl {
  /** Gives the request up. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly print: (lines: readonly string[]) => void;
}

type CommandRequest = TextRequest & { readonly kind: "run" };

export class TypedRequests {
  readonly #parts: RequestParts;

  constructor(parts: RequestParts) {
    this.#parts = parts;
  }

  /** Carries out one line. Rejects only for faults: what is refused is told. */
  async carryOut(line: string, control: RequestControl): Promise<void> {
    const { style } = this.#parts;
    try {
      control.print(await this.#linesFor(parseTextRequest(line), control));
    } catch (error) {
      if (error instanceof RequestError) {
        control.print([errorLine(error, style)]);
      } else if (control.signal.aborted) {
        control.print([style.notable("given up")]);
      } else {
        throw error;
      }
    }
  }

  /** The answer, or the refusal of what cannot be asked for. */
  async #linesFor(request: TextRequest, control: RequestControl): Promise<string[]> {
    switch (request.kind) {
      case "empty":
        return [];
      case "invalid":
        return [this.#refusal(request.message)];
      case "run":
        return await this.#run(request, control);
      case "slash":
        if (isSlashName(request.name)) return await this.#slash(request.name, request.words, control.signal);
        return [this.#refusal(`there is no /${request.name}; /help tells what there is`)];
    }
  }

  async #run(request: CommandRequest, { signal, onProgress }: RequestControl): Promise<string[]> {
    let progress = startProgress(commandText(request), this.#expected(request));
    onProgress(progress);
    const onResult = ({ status }: { readonly status: Status }) => {
      progress = addResult(progress, status);
      onProgress(progress);
    };
    const { command, args, to } = request;
    const summary = await this.#parts.session.run({ command, args, to }, { signal, onResult }).done;
    const { width, hasColour } = this.#parts;
    return renderResultTable(summary, { width: width(), colour: hasColour });
  }

  /** Executors as far as this side can tell before the answer. */
  #expected({ to }: CommandRequest): number {
    const { place } = this.#parts.session;
    if (to !== undefined) return new Set(to).size;
    return place === undefined ? 0 : Math.max(0, place.members - 1 - place.rank);
  }

  async #slash(name: SlashName, words: readonly string[], signal: AbortSignal): Promise<string[]> {
    const { session, style, width } = this.#parts;
    switch (name) {
      case "who":
        return rosterLines(await this.#roster(signal), { width: width(), style });
      case "commands":
        return [visible((session.place?.commands ?? []).join("  ")) || "no commands are known while offline"];
      case "dry":
        return await this.#dryRun(words, signal);
      case "watch":
        return await this.#watch(words[0], signal);
      case "yield":
        // The event `yielded` tells the new rank.
        await session.request("yield", undefined, { signal });
        return [];
      case "cancel":
        return ["no command is under way"];
      case "help":
        return helpLines(style);
      case "quit":
        this.#parts.leave();
        return [];
    }
  }

  async #dryRun(words: readonly string[], signal: AbortSignal): Promise<string[]> {
    const request = parseCommandWords(words);
    if (request.kind !== "run") {
      return [this.#refusal(request.kind === "invalid" ? request.message : "after /dry comes a command")];
    }
    const { command, args, to } = request;
    const summary = await this.#parts.session.dryRun({ command, args, to }, { signal });
    return dryRunLines(summary, this.#parts.style);
  }

  async #watch(word: string | undefined, signal: AbortSignal): Promise<string[]> {
    if (word !== "on" && word !== "off") return [this.#refusal("type /watch on or /watch off")];
    // Who is here already is asked for, so that a departure can be told by name.
    if (word === "on") await this.#roster(signal);
    this.#parts.showRoster(word === "on");
    return [`arrivals and departures are ${word === "on" ? "shown" : "not shown"} from now on`];
  }

  async #roster(signal: AbortSignal): Promise<Roster> {
    const roster = checkAnswer(Roster, await this.#parts.session.request("roster", undefined, { signal }));
    this.#parts.names.load(roster);
    return roster;
  }

  #refusal(message: string): string {
    return notSentLine(message, this.#parts.style);
  }
}
