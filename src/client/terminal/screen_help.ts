// The help of the prompt.

import { slashHelp } from "../../protocol/methods/mod.ts";
import type { Style } from "../output/mod.ts";
import { padText } from "./screen/mod.ts";

export function helpLines(style: Style): string[] {
  const rows = [
    { usage: "uptime", help: "to everybody below you" },
    { usage: "@2,3 restart nginx", help: "to ranks 2 and 3 (@4-7 is a range)" },
    ...slashHelp("terminal"),
  ];
  return [
    "Type a command and its arguments; quotes keep spaces together:",
    ...rows.map(({ usage, help }) => `  ${style.strong(padText(usage, 22))}  ${help}`),
    style.faint("Tab completes, the up arrow brings back what was typed, Ctrl-C cancels."),
  ];
}
