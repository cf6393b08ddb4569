// Which panel is shown: on a narrow screen one of four, on a wide one the activity or the own seat.

import { byId } from "./dom/mod.ts";

export function startViews(): void {
  const buttons = [...document.querySelectorAll<HTMLButtonElement>(".views button")];
  const show = (view: string) => {
    document.body.dataset["view"] = view;
    for (const button of buttons) {
      if (button.dataset["view"] === view) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  };
  for (const button of buttons) button.addEventListener("click", () => show(button.dataset["view"]!));
  const wide = matchMedia("(min-width: 64rem)");
  const fit = () => {
    const { view } = document.body.dataset;
    // These two are always visible there.
    if (wide.matches && (view === "line" || view === "chart")) show("activity");
    else show(view ?? "line");
  };
  wide.addEventListener("change", fit);
  fit();
  addEventListener("keydown", (event) => {
    const isTyping = (event.target as Element).closest("input, textarea, select, dialog") !== null;
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (!wide.matches) show("line");
    byId("search").focus();
  });
}
