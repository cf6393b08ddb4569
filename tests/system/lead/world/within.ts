// Waits for something that only looking again and again can tell: a file, a process. Bounded.

const LOOK_MS = 20;

/** The first result of `look` that is not undefined, null or false. @throws after `ms`, saying what was waited for. */
export async function within<Found>(
  ms: number,
  what: string,
  look: () => Found | undefined | null | false | Promise<Found | undefined | null | false>,
): Promise<Found> {
  const end = performance.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found;
    if (performance.now() > end) throw new Error(`Not within ${ms} ms: ${what}`);
    await pause(LOOK_MS);
  }
}

/** How long a fault lasts is part of it. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
