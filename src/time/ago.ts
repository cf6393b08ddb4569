// Times for people: "3 min ago". Programs get exact ones.

const UNITS = [["d", 86_400_000], ["h", 3_600_000], ["min", 60_000]] as const;

/** "3 min", in the largest unit of which there is at least one, rounded down. @param ms below 0 counts as 0 */
export function durationText(ms: number): string {
  const [unit, length] = UNITS.find(([, length]) => ms >= length) ?? ["s", 1_000];
  return `${Math.max(0, Math.floor(ms / length))} ${unit}`;
}

/** "3 min ago". A time that is to come, by the clock of another machine, is now. @param ms between then and now */
export function agoText(ms: number): string {
  return ms < 1_000 ? "just now" : `${durationText(ms)} ago`;
}

/** The same for a time in ISO 8601. @param now in ms since 1970 */
export function agoTextOf(time: string, now: number): string {
  const then = Date.parse(time);
  return Number.isNaN(then) ? "at an unknown time" : agoText(now - then);
}
