// A command with its arguments, as it is shown.

import { isolated } from "./element.ts";

/** Each word is isolated, so that they stay in their order, whatever their reading directions. */
export function commandWords(command: string, args: readonly string[]): Node[] {
  return [command, ...args.map(quotedIfNeeded)].flatMap((word, index) =>
    index === 0 ? [isolated(word)] : [document.createTextNode(" "), isolated(word)]
  );
}

function quotedIfNeeded(argument: string): string {
  return /^[^\s"]+$/.test(argument) ? argument : JSON.stringify(argument);
}
