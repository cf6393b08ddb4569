// The form that asks for a token, where the server needs one.

import { element, openDialog, setText } from "../dom/mod.ts";
import { logIn } from "../live/mod.ts";

/** @returns when the person is logged in */
export function askToLogIn(): Promise<void> {
  return new Promise((resolve) => {
    const token = element("input", {
      type: "password",
      name: "token",
      autocomplete: "current-password",
      required: true,
    });
    const problem = element("p", { class: "problem", role: "alert" });
    const submit = element("button", { type: "submit", class: "primary", text: "Log in" });
    const form = element(
      "form",
      { class: "log-in" },
      element("p", { text: "This server needs a token that permits watching." }),
      element("label", { class: "field" }, element("span", { text: "Token" }), token),
      problem,
      element("div", { class: "dialog-actions" }, submit),
    );
    const dialog = openDialog("Log in", form);
    dialog.classList.add("blocking");
    // Without a session there is nothing behind it.
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    dialog.addEventListener("close", () => resolve());
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      submit.disabled = true;
      const refusal = await logIn(token.value);
      submit.disabled = false;
      if (refusal === undefined) return dialog.close();
      setText(problem, refusal);
      token.select();
    });
    token.focus();
  });
}
