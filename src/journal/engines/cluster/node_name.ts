// Names of nodes: a new one for each start, and after a fence, because a fenced node never comes back under its name.

/** @returns `<configured>-<8 hexadecimal digits>` */
export function newNodeName(configured: string, random: () => number): string {
  return `${configured}-${Math.floor(random() * 2 ** 32).toString(16).padStart(8, "0")}`;
}
