// "2, 5-7": the ranks that a person wrote.

/** `undefined`: it cannot be read. @param last the greatest rank */
export function parseRanks(text: string, last: number): number[] | undefined {
  const ranks = new Set<number>();
  for (const part of text.split(/[\s,]+/).filter((word) => word !== "")) {
    const [, from, dash, to] = /^(\d{1,9})(-?)(\d{0,9})$/.exec(part) ?? [];
    if (from === undefined || (dash === "" && to !== "")) return undefined;
    const end = dash === "" ? Number(from) : to === "" ? last : Number(to);
    if (end > last || Number(from) > end) return undefined;
    for (let rank = Number(from); rank <= end; rank++) ranks.add(rank);
  }
  return [...ranks].sort((a, b) => a - b);
}
