// The panel of the own seat: take one, send commands, see those that arrive, and leave.

import type { ExecuteParams } from "../../../../protocol/methods/mod.ts";
import {
  type Announcer,
  button,
  byId,
  clockText,
  commandWords,
  countText,
  element,
  isolated,
  setText,
} from "../dom/mod.ts";
import { CommandForm, type CommandFormOptions, field } from "./command_form.ts";
import { RunView } from "./run_view.ts";
import { SeatClient, type SeatState } from "./seat_client.ts";

/** Commands that arrived are listed at most so many. */
const MAX_COMMANDS = 50;

/** The page has only the cookie of its login, which scripts cannot read. */
const TOKEN_HINT = "The page does not keep the token with which you logged in; a seat may have another one";

export interface SeatViewOptions extends Pick<CommandFormOptions, "ticketAt" | "lastRank"> {
  readonly announcer: Announcer;
  readonly needsToken: boolean;
  /** `undefined`: there is none any more. */
  onTicket(ticket: number | undefined): void;
}

export class SeatView {
  readonly #options: SeatViewOptions;
  readonly #client: SeatClient;
  readonly #run: RunView;
  readonly #commandForm: CommandForm;
  readonly #takeForm: HTMLFormElement;
  readonly #problem = element("p", { class: "problem", role: "alert" });
  readonly #place = element("p", { class: "place" });
  readonly #arrived = element("ol", { class: "arrived" });
  readonly #arrivedEmpty = element("p", {
    class: "empty",
    text: "None yet. Members above you can send some.",
  });
  readonly #seated: HTMLElement;
  readonly #noCommands = element("p", { class: "empty", text: "This seat may not send commands." });

  constructor(options: SeatViewOptions) {
    this.#options = options;
    const url = new URL("ws", document.baseURI);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    this.#client = new SeatClient(url, {
      onState: (state) => this.#show(state),
      onPromoted: ({ rank, was }) =>
        options.announcer.say(`You are promoted from rank ${was} to rank ${rank}`),
      onCommand: (command) => this.#showCommand(command),
      onResult: (result) => this.#run.add(result),
    });
    this.#run = new RunView(this.#client);
    const { ticketAt, lastRank } = options;
    this.#commandForm = new CommandForm({
      ticketAt,
      lastRank,
      onSend: (request) => void this.#run.send(request),
    });
    this.#takeForm = this.#makeTakeForm();
    const leave = button("Leave", () => this.#client.leave(), { class: "leave" });
    this.#seated = element(
      "div",
      { class: "seated" },
      element("div", { class: "place-box" }, this.#place, leave),
      element("h3", { text: "Commands for you" }),
      this.#arrivedEmpty,
      this.#arrived,
      element("h3", { text: "Send a command" }),
      this.#noCommands,
      this.#commandForm.element,
      this.#run.element,
    );
    byId("seat-body").append(this.#takeForm, this.#seated);
    addEventListener("pagehide", () => this.#client.state.kind !== "none" && this.#client.leave());
    this.#show({ kind: "none" });
  }

  /** The line has so many members now. */
  showMembers(count: number): void {
    this.#client.countMembers(count);
  }

  #makeTakeForm(): HTMLFormElement {
    const name = element("input", {
      type: "text",
      name: "name",
      autocomplete: "nickname",
      maxlength: 64,
      required: true,
    });
    const token = element("input", { type: "password", name: "token", autocomplete: "off", required: true });
    const { needsToken } = this.#options;
    const form = element(
      "form",
      { class: "take-form" },
      element("p", {
        text:
          "Take a seat in the line. Members above you can send you commands; this page shows them and runs nothing.",
      }),
      field("Your name", name),
      ...(needsToken ? [field("Token", token, element("small", { text: TOKEN_HINT }))] : []),
      this.#problem,
      element(
        "div",
        { class: "form-actions" },
        element("button", { type: "submit", class: "primary", text: "Take a seat" }),
      ),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#arrived.replaceChildren();
      this.#client.take({ name: name.value.trim(), token: needsToken ? token.value : undefined });
    });
    return form;
  }

  #show(state: SeatState): void {
    const isOut = state.kind === "none";
    this.#takeForm.hidden = !isOut;
    this.#seated.hidden = isOut;
    this.#seated.classList.toggle("is-seated", state.kind === "seated");
    setText(this.#problem, isOut ? state.message ?? "" : "");
    setText(this.#place, placeText(state));
    setText(byId("seat-view-button"), seatButtonText(state));
    this.#arrivedEmpty.hidden = this.#arrived.childElementCount > 0;
    if (state.kind === "seated") {
      this.#commandForm.show(state.commands);
      this.#commandForm.element.hidden = state.commands.length === 0;
      this.#noCommands.hidden = state.commands.length > 0;
    } else if (isOut) this.#run.clear();
    this.#options.onTicket(state.kind === "seated" ? state.ticket : undefined);
  }

  #showCommand({ command, args, from }: ExecuteParams): void {
    const text = [command, ...args].join(" ");
    this.#arrived.prepend(element(
      "li",
      {},
      element("time", { text: clockText(Date.now()) }),
      element("code", {}, ...commandWords(command, args)),
      element("span", { class: "from" }, "from ", isolated(from.name), `, rank ${from.rank}`),
      element("span", { class: "chip delivered", text: "delivered" }),
    ));
    while (this.#arrived.childElementCount > MAX_COMMANDS) this.#arrived.lastElementChild?.remove();
    this.#arrivedEmpty.hidden = true;
    this.#options.announcer.say(`Command ${text} from ${from.name}`);
  }
}

function placeText(state: SeatState): string {
  switch (state.kind) {
    case "none":
      return "";
    case "connecting":
      return "Connecting";
    case "waiting":
      return `Number ${state.position} in the waiting room`;
    case "reconnecting":
      return "The connection broke, reconnecting";
    case "seated":
      return `Rank ${state.rank} of ${countText(state.members, "member")}`;
  }
}

function seatButtonText(state: SeatState): string {
  switch (state.kind) {
    case "seated":
      return `Your rank: ${state.rank}`;
    case "waiting":
      return `Waiting: ${state.position}`;
    case "none":
      return "Take a seat";
    case "connecting":
    case "reconnecting":
      return "Your seat";
  }
}
