// All that is known about one member, and the button that evicts it.

import type { PageMember } from "../../../messages/mod.ts";
import { button, dateText, durationText, element, openDialog } from "../dom/mod.ts";

export interface MemberDetails {
  readonly member: PageMember;
  readonly rank: number;
  /** In a cluster: the name of its server. */
  readonly nodeName: string | undefined;
  /** Absent: the person may not evict. */
  readonly evict?: (() => void) | undefined;
}

export function openMemberDetails({ member, rank, nodeName, evict }: MemberDetails): void {
  const { name, ticket, address, since, leaseMs, away, leads } = member;
  const facts: [term: string, fact: string | undefined][] = [
    ["Rank", `${rank}${leads ? ", leads" : ""}`],
    ["Address", address],
    ["Server", nodeName],
    ["Seated", `${durationText(Date.now() - since)} (since ${dateText(since)})`],
    ["Connection", away ? "Away: disconnected, its seat is kept" : "Connected"],
    ["Lease", leaseMs === undefined ? "None" : durationText(leaseMs)],
    ["Ticket", String(ticket)],
  ];
  const list = element("dl", { class: "facts" });
  for (const [term, fact] of facts) {
    if (fact !== undefined) list.append(element("dt", { text: term }), element("dd", { text: fact }));
  }
  const actions = element("div", { class: "dialog-actions" });
  const dialog = openDialog(name, list, actions);
  if (evict !== undefined) {
    const evicted = () => {
      dialog.close();
      evict();
    };
    actions.append(button("Evict…", evicted, { class: "danger" }));
  }
  const close = button("Close", () => dialog.close());
  actions.append(close);
  close.focus();
}
