// Answers the Tab key with what the server says of its commands and members. Names are asked for when the first target is
// completed; typing goes on meanwhile.

import { type CommandInfo, METHODS, readShape } from "../../protocol/methods/mod.ts";
import type { ClientSession } from "../session/mod.ts";
import { complete, type Completion, needsNames } from "./completion.ts";
import type { KnownNames } from "./screen/mod.ts";

export interface TabCompletionParts {
  readonly session: ClientSession;
  readonly names: KnownNames;
  /** Loads the names of all members. */
  readonly loadNames: () => Promise<unknown>;
  /** Completes `line`, unless the user has typed on. */
  readonly offer: (line: string, completion: Completion) => void;
}

export class TabCompletion {
  readonly #parts: TabCompletionParts;
  /** What the server says of the commands; empty when it says nothing. */
  #commands: readonly CommandInfo[] = [];
  #isLoadingNames = false;

  constructor(parts: TabCompletionParts) {
    this.#parts = parts;
  }

  get commands(): readonly CommandInfo[] {
    return this.#commands;
  }

  /** To be called when they may have changed. An older server, which has no such method, leaves it with the names. */
  async loadCommands(): Promise<void> {
    const answer = await this.#parts.session.request("commands").catch(() => undefined);
    const read = readShape(METHODS.commands.result, answer);
    this.#commands = read.ok ? read.value.commands : [];
  }

  /** @param line the line up to the cursor */
  press(line: string): void {
    if (needsNames(line) && !this.#parts.names.isWhole) this.#offerWithNames(line);
    else this.#offer(line);
  }

  async #offerWithNames(line: string): Promise<void> {
    if (this.#isLoadingNames) return;
    this.#isLoadingNames = true;
    // Refused or lost: the names that are known are offered.
    await this.#parts.loadNames().catch(() => {});
    this.#isLoadingNames = false;
    this.#offer(line);
  }

  #offer(line: string): void {
    const { session, names, offer } = this.#parts;
    const { commands: allowed = [], ticket = Infinity } = session.place ?? {};
    offer(line, complete(line, { allowed, known: this.#commands, names: names.below(ticket) }));
  }
}
