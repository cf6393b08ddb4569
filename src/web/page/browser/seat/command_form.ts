// The form that sends a command: which one, its arguments, and who is to execute it.

import type { CommandInfo, RunRequest } from "../../../../protocol/methods/mod.ts";
import { button, element, setText } from "../dom/mod.ts";
import { ANY_ARGUMENTS, type ArgumentField, argumentField } from "./argument_field.ts";
import { parseRanks } from "./parse_ranks.ts";

export interface CommandFormOptions {
  onSend(request: RunRequest): void;
  /** The ticket of the member that the page shows at a rank. */
  ticketAt(rank: number): number | undefined;
  lastRank(): number;
}

export class CommandForm {
  readonly element: HTMLFormElement = element("form", { class: "command-form" });
  readonly #options: CommandFormOptions;
  readonly #choice = element("select", { name: "command" });
  readonly #description = element("small");
  readonly #arguments = element("div", { class: "fields" });
  readonly #targets = element("input", {
    type: "text",
    name: "ranks",
    placeholder: "everyone below you",
    autocomplete: "off",
    inputmode: "text",
  });
  readonly #problem = element("p", { class: "problem", role: "alert" });
  #commands: readonly CommandInfo[] = [];
  #fields: readonly ArgumentField[] = [];

  constructor(options: CommandFormOptions) {
    this.#options = options;
    const send = element("button", { type: "submit", class: "primary", text: "Send" });
    const check = button("Check only", () => this.#submit(true), {
      title: "Shows who would execute it, and sends nothing",
    });
    this.element.append(
      field("Command", this.#choice, this.#description),
      this.#arguments,
      field("Send to ranks", this.#targets, element("small", { text: "Such as 2, 5-7" })),
      this.#problem,
      element("div", { class: "form-actions" }, check, send),
    );
    this.#choice.addEventListener("change", () => this.#showCommand());
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(false);
    });
  }

  show(commands: readonly CommandInfo[]): void {
    if (JSON.stringify(commands) === JSON.stringify(this.#commands)) return;
    const chosen = this.#choice.value;
    this.#commands = commands;
    this.#choice.replaceChildren(
      ...commands.map(({ name }) => element("option", { value: name, text: name })),
    );
    if (commands.some(({ name }) => name === chosen)) this.#choice.value = chosen;
    this.#showCommand();
  }

  #showCommand(): void {
    const command = this.#commands.find(({ name }) => name === this.#choice.value);
    setText(this.#description, command === undefined ? "" : describe(command));
    this.#fields = (command?.args ?? (command === undefined ? [] : [ANY_ARGUMENTS])).map(argumentField);
    this.#arguments.replaceChildren(...this.#fields.map(({ element }) => element));
    setText(this.#problem, "");
  }

  #submit(isDryRun: boolean): void {
    setText(this.#problem, "");
    if (!this.element.reportValidity()) return;
    const targets = this.#readTargets();
    if (targets === undefined) return;
    this.#options.onSend({
      command: this.#choice.value,
      args: this.#fields.flatMap((field) => field.read()),
      ...targets,
      dry_run: isDryRun || undefined,
    });
  }

  /** Tickets, so that the command reaches whom the page shows, also if the ranks change now. */
  #readTargets(): Pick<RunRequest, "to_tickets"> | undefined {
    const text = this.#targets.value.trim();
    if (text === "") return {};
    const ranks = parseRanks(text, this.#options.lastRank());
    const tickets = ranks?.map((rank) => this.#options.ticketAt(rank));
    if (tickets === undefined || tickets.includes(undefined)) {
      setText(this.#problem, `Ranks are numbers from 0 to ${this.#options.lastRank()}, such as 2, 5-7`);
      return undefined;
    }
    return { to_tickets: tickets as number[] };
  }
}

export function field(label: string, control: HTMLElement, ...hints: readonly HTMLElement[]): HTMLElement {
  return element("label", { class: "field" }, element("span", { text: label }), control, ...hints);
}

function describe({ description, max_rank, max_executors }: CommandInfo): string {
  return [
    description,
    max_rank === undefined
      ? undefined
      : max_rank === 0
      ? "Only rank 0 may send it"
      : `Only ranks 0 to ${max_rank} may send it`,
    max_executors === undefined ? undefined : `To at most ${max_executors} at a time`,
  ].filter((part) => part !== undefined).join(". ");
}
