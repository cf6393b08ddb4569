// Puts the parts of the page together: asks who looks at it, opens the stream of events, and hands each to its panel.

import type { Changes, Figures, PageMember, PageSession, Snapshot } from "../../messages/mod.ts";
import { ActivityView } from "./activity/mod.ts";
import { ChartView } from "./chart/mod.ts";
import { Announcer, byId, setTitle, startTheme } from "./dom/mod.ts";
import { FiguresView } from "./figures_view.ts";
import { LineView, openMemberDetails } from "./line/mod.ts";
import { askSession, EventFeed, type FeedState, logOut } from "./live/mod.ts";
import { askToLogIn, evict, startOperatorMenu } from "./operator/mod.ts";
import { openQrDialog, SeatView } from "./seat/mod.ts";
import { ServerState } from "./server_state.ts";
import { startViews } from "./views.ts";

const RETRY_MS = 3_000;

export class Page {
  readonly #announcer = new Announcer(byId("announcements"));
  readonly #state = new ServerState();
  readonly #figures = new FiguresView();
  readonly #line = new LineView({
    announcer: this.#announcer,
    onOpen: (member, rank) => this.#openMember(member, rank),
  });
  readonly #activity = new ActivityView(this.#announcer);
  readonly #chart = new ChartView();
  readonly #feed = new EventFeed({
    onState: (state) => this.#state.showFeed(state),
    onSnapshot: (snapshot) => this.#showSnapshot(snapshot),
    onChanges: (changes) => this.#showChanges(changes),
    onActivity: (entries) => this.#activity.add(entries),
    onChart: (point) => this.#chart.add(point),
    onEnd: () => void this.#begin(),
  });
  #session: PageSession | undefined;
  /** `undefined`: the page offers none. */
  #seat: SeatView | undefined;

  start(): void {
    startTheme();
    startViews();
    byId("show-qr").addEventListener("click", openQrDialog);
    byId("log-out").addEventListener("click", async () => {
      await logOut();
      location.reload();
    });
    void this.#begin();
  }

  async #begin(): Promise<void> {
    const answer = await askSession();
    switch (answer.kind) {
      case "open":
        if (this.#session === undefined) this.#useSession(answer.session);
        if (answer.session.isFull) return this.#retry("full");
        return this.#feed.open();
      case "needs token":
        await askToLogIn();
        // Another token may permit other things.
        return this.#session === undefined ? this.#begin() : location.reload();
      case "unreachable":
        return this.#retry("lost");
    }
  }

  #retry(state: FeedState): void {
    this.#state.showFeed(state);
    setTimeout(() => void this.#begin(), RETRY_MS);
  }

  #useSession(session: PageSession): void {
    this.#session = session;
    const { needsToken, name, mayOperate, seats } = session;
    const logOutButton = byId("log-out");
    logOutButton.hidden = !needsToken;
    if (name !== undefined) setTitle(logOutButton, `Logged in as ${name}`);
    if (mayOperate) startOperatorMenu();
    if (!seats) return;
    document.body.classList.add("with-seats");
    byId("seat-view-button").hidden = false;
    const { line } = this.#line;
    this.#seat = new SeatView({
      announcer: this.#announcer,
      needsToken,
      onTicket: (ticket) => this.#line.showOwn(ticket),
      ticketAt: (rank) => line.at(rank)?.ticket,
      lastRank: () => line.members.length - 1,
    });
  }

  #showSnapshot(snapshot: Snapshot): void {
    this.#showFigures(snapshot.server);
    this.#line.replace(snapshot);
    this.#activity.replace(snapshot.activity);
    this.#chart.replace(snapshot.chart);
  }

  #showChanges(changes: Changes): void {
    this.#showFigures(changes.server);
    this.#line.apply(changes);
  }

  #showFigures(figures: Figures): void {
    this.#figures.show(figures);
    this.#state.showFigures(figures);
    this.#seat?.showMembers(figures.members);
  }

  #openMember(member: PageMember, rank: number): void {
    openMemberDetails({
      member,
      rank,
      nodeName: member.node === undefined ? undefined : this.#line.nodeName(member.node),
      evict: this.#session?.mayOperate ? () => void evict(member, rank) : undefined,
    });
  }
}
