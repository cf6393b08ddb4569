// What the operator may do: each action is confirmed once, and the server's answer is shown.

import type { PageAction, PageMember } from "../../../messages/mod.ts";
import { byId, confirmAction, isolated, type Question, showNotice } from "../dom/mod.ts";
import { act } from "../live/mod.ts";

export function startOperatorMenu(): void {
  const menu = byId("operator") as HTMLDetailsElement;
  menu.hidden = false;
  const on = (id: string, action: PageAction, question: Question) =>
    byId(id).addEventListener("click", () => {
      menu.open = false;
      void actWhenConfirmed(action, question);
    });
  on("reload", { action: "reload" }, {
    title: "Reload the configuration?",
    text: "The server reads its files again. Members stay connected, except those whose tokens were removed.",
    action: "Reload",
  });
  on("shut-down", { action: "shutdown" }, {
    title: "Shut the server down?",
    text:
      "It accepts no more clients and commands, lets the runs in flight end, and then stops. Every member is disconnected.",
    action: "Shut down",
  });
  document.addEventListener("click", ({ target }) => {
    if (!menu.contains(target as Node)) menu.open = false;
  });
  menu.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
}

export function evict({ ticket, name }: PageMember, rank: number): Promise<void> {
  return actWhenConfirmed({ action: "evict", ticket }, {
    title: ["Evict ", isolated(name), "?"],
    text: `It loses rank ${rank}, its connection is closed, and the members below are promoted.`,
    action: "Evict",
  });
}

async function actWhenConfirmed(action: PageAction, question: Question): Promise<void> {
  if (!await confirmAction(question)) return;
  const { isOk, text } = await act(action);
  showNotice(text, isOk ? "info" : "error");
}
