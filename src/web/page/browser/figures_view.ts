// The figures at the top: of the server as a whole.

import type { Figures } from "../../messages/mod.ts";
import { byId, durationText, isolated, numberText, setText, setTitle, shownText } from "./dom/mod.ts";

export class FiguresView {
  #startedAt: number | undefined;
  /** When a client may lead at the earliest. */
  #leadAt = 0;
  #leadsSince: { readonly name: string; readonly at: number | undefined } | undefined;

  constructor() {
    setInterval(() => this.#showTimes(), 1_000);
  }

  show(figures: Figures): void {
    const { members, capacity, waiting, away, runs_in_flight: runs, uptime_ms, leader, address, cluster } =
      figures;
    const now = Date.now();
    this.#startedAt = now - uptime_ms;
    this.#leadAt = now + figures.lead_after_ms;
    this.#leadsSince = leader && {
      name: leader.name,
      at: leader.leads_for_ms === undefined ? undefined : now - leader.leads_for_ms,
    };
    setText(byId("figure-members"), `${numberText(members)} of ${numberText(capacity)}`);
    setText(byId("figure-waiting"), numberText(waiting));
    setText(byId("figure-away"), numberText(away));
    setText(byId("figure-runs"), numberText(runs));
    setText(byId("server-address"), address);
    byId("server-cluster").replaceChildren(
      ...(cluster === undefined ? [] : ["cluster ", isolated(cluster.name)]),
    );
    byId("figure-nodes-box").hidden = cluster === undefined;
    setText(byId("figure-nodes"), cluster === undefined ? "" : numberText(cluster.nodes.length));
    setTitle(
      byId("figure-nodes"),
      cluster?.nodes.map(({ name, members }) => `${name}: ${members}`).join("\n") ?? "",
    );
    document.title = shownText(`${numberText(members)} · ${address} · rankserver`);
    this.#showTimes();
  }

  #showTimes(): void {
    if (this.#startedAt === undefined) return;
    const now = Date.now();
    setText(byId("figure-uptime"), durationText(now - this.#startedAt));
    const { name, at } = this.#leadsSince ?? {};
    setText(byId("figure-leader"), name ?? "None");
    const wait = name === undefined && this.#leadAt > now
      ? `possible in ${durationText(this.#leadAt - now)}`
      : "";
    setText(byId("figure-leads-for"), at === undefined ? wait : `for ${durationText(now - at)}`);
  }
}
