// The run that was sent last: its progress, its results, and the button that cancels it.

import type { ResultNote, RunRequest } from "../../../../protocol/methods/mod.ts";
import { button, commandWords, countText, element, FrameBatch, isolated, setText } from "../dom/mod.ts";
import { dryRunTable, resultTable, summaryText } from "./result_table.ts";
import type { RpcId } from "./rpc_socket.ts";
import type { SeatClient } from "./seat_client.ts";

export class RunView {
  readonly element: HTMLElement = element("section", { class: "run", "aria-label": "Results" });
  readonly #client: SeatClient;
  readonly #batch: FrameBatch = new FrameBatch(() => this.#draw());
  readonly #title = element("h3");
  readonly #state = element("p", { class: "run-state", role: "status" });
  readonly #table = element("div", { class: "table-box" });
  readonly #cancel = button("Cancel", () => this.#run !== undefined && this.#client.cancel(this.#run));
  #run: RpcId | undefined;
  #results: ResultNote[] = [];

  constructor(client: SeatClient) {
    this.#client = client;
    this.element.append(
      element("div", { class: "run-head" }, this.#title, this.#cancel),
      this.#state,
      this.#table,
    );
    this.element.hidden = true;
  }

  async send(request: RunRequest): Promise<void> {
    this.element.hidden = false;
    this.element.scrollIntoView({ block: "nearest" });
    this.#title.replaceChildren(...commandWords(request.command, request.args ?? []));
    setText(this.#state, request.dry_run ? "Checking" : "Waiting for results");
    this.#cancel.hidden = request.dry_run === true;
    this.#results = [];
    this.#table.replaceChildren();
    let own: RpcId | undefined;
    const isCurrent = () => this.#run === own;
    try {
      const summary = await this.#client.run(request, (id) => this.#run = own = id);
      if (!isCurrent()) return;
      this.#run = undefined;
      if ("dry_run" in summary) {
        const { accepted, executors, message } = summary;
        const members = countText(executors, "member");
        if (accepted) setText(this.#state, `Would be sent to ${members}`);
        else this.#refused("Would be refused: ", message ?? "a target is refused");
        this.#table.replaceChildren(dryRunTable(summary));
      } else {
        setText(this.#state, summaryText(summary));
        this.#table.replaceChildren(resultTable(summary.results));
      }
      this.element.scrollIntoView({ block: "nearest" });
    } catch (error) {
      if (!isCurrent()) return;
      this.#run = undefined;
      this.#refused("Refused: ", (error as Error).message);
    } finally {
      if (this.#run === undefined) this.#cancel.hidden = true;
    }
  }

  add(result: ResultNote): void {
    if (result.run !== this.#run) return;
    this.#results.push(result);
    this.#batch.schedule();
  }

  clear(): void {
    this.#run = undefined;
    this.element.hidden = true;
  }

  #refused(word: string, reason: string): void {
    this.#state.replaceChildren(word, isolated(reason));
  }

  #draw(): void {
    if (this.#run === undefined) return;
    setText(this.#state, `${countText(this.#results.length, "result")} so far`);
    this.#table.replaceChildren(resultTable(this.#results));
  }
}
