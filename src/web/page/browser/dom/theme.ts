// Light or dark: as the system has it, until the button says otherwise.

import { byId, setText } from "./element.ts";

const KEY = "rankserver-theme";

export function startTheme(): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const button = byId("theme");
  const root = document.documentElement;
  const isDark = () =>
    root.dataset["theme"] === undefined ? system.matches : root.dataset["theme"] === "dark";
  const show = () => {
    setText(button, isDark() ? "Light theme" : "Dark theme");
  };
  const kept = readKept();
  if (kept === "dark" || kept === "light") root.dataset["theme"] = kept;
  show();
  system.addEventListener("change", show);
  button.addEventListener("click", () => {
    root.dataset["theme"] = isDark() ? "light" : "dark";
    keep(root.dataset["theme"]);
    show();
  });
}

/** A browser that keeps nothing for this page throws. */
function readKept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function keep(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The next visit starts with the system's theme.
  }
}
