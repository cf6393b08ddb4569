// Dialogs: modal, closed with Escape, and the focus returns to where it was.

import { button, element, isolated } from "./element.ts";

/** Words of the page, and texts of others between them. */
export type Words = string | readonly (Node | string)[];

/** Opens a dialog. Its content may close it. @returns the dialog, which leaves the page when it is closed */
export function openDialog(title: Words, ...content: readonly Node[]): HTMLDialogElement {
  const heading = element("h2", { id: "dialog-title" }, ...typeof title === "string" ? [title] : title);
  const dialog = element("dialog", { "aria-labelledby": "dialog-title" }, heading, ...content);
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  // A click outside its box is one on the dialog itself.
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog && !isInside(event, dialog)) dialog.close();
  });
  dialog.showModal();
  return dialog;
}

export interface Question {
  readonly title: Words;
  readonly text: string;
  /** The word on the button that does it. */
  readonly action: string;
}

/** Asks once. @returns whether the person agreed */
export function confirmAction({ title, text, action }: Question): Promise<boolean> {
  return new Promise((resolve) => {
    let isAgreed = false;
    const agree = button(action, () => {
      isAgreed = true;
      dialog.close();
    }, { class: "danger" });
    const refuse = button("Cancel", () => dialog.close());
    const dialog = openDialog(
      title,
      element("p", { text }),
      element("div", { class: "dialog-actions" }, refuse, agree),
    );
    dialog.addEventListener("close", () => resolve(isAgreed));
    refuse.focus();
  });
}

/** A short message at the edge of the page, which leaves by itself. */
export function showNotice(text: string, kind: "info" | "error" = "info"): void {
  document.querySelector(".notice")?.remove();
  const notice = element("div", {
    class: `notice ${kind}`,
    role: kind === "error" ? "alert" : "status",
  }, isolated(text));
  notice.append(button("Close", () => notice.remove(), { class: "plain" }));
  document.body.append(notice);
  if (kind === "info") setTimeout(() => notice.remove(), NOTICE_MS);
}

const NOTICE_MS = 6_000;

function isInside({ clientX, clientY }: MouseEvent, box: Element): boolean {
  const { left, right, top, bottom } = box.getBoundingClientRect();
  return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
}
