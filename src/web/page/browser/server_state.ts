// Whether the page is up to date, and whether the server serves: one word at the top.

import type { Figures } from "../../messages/mod.ts";
import { byId, setText } from "./dom/mod.ts";
import type { FeedState } from "./live/mod.ts";

export class ServerState {
  #feed: FeedState = "connecting";
  #figures: Pick<Figures, "is_draining" | "cluster"> | undefined;

  showFeed(feed: FeedState): void {
    this.#feed = feed;
    this.#show();
  }

  showFigures(figures: Figures): void {
    this.#figures = figures;
    this.#show();
  }

  #show(): void {
    const [kind, text] = this.#words();
    const box = byId("state");
    box.dataset["kind"] = kind;
    setText(box, text);
  }

  #words(): [kind: string, text: string] {
    if (this.#feed === "lost") return ["lost", "No connection, reconnecting"];
    if (this.#feed === "full") return ["lost", "Too many pages are open, trying again"];
    if (this.#feed === "connecting") return ["connecting", "Connecting"];
    if (this.#figures?.is_draining) return ["warning", "Shutting down"];
    if (this.#figures?.cluster?.suspended) return ["warning", "Suspended: no contact with the cluster"];
    return ["live", "Live"];
  }
}
