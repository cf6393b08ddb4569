// Times on the command line: a duration before now, or a time.

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  min: 60_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/;

/** In ms since 1970; `undefined`: neither a duration nor a time. @param now the same */
export function parsePast(text: string, now: number): number | undefined {
  const [, number, unit] = /^(\d{1,9})(ms|s|min|m|h|d)$/.exec(text) ?? [];
  if (unit !== undefined) return now - Number(number) * UNITS[unit]!;
  const [, date, time = "00:00", zone = "Z"] = TIME.exec(text) ?? [];
  if (date === undefined || !isDate(date)) return undefined;
  const ms = Date.parse(`${date}T${time}${zone}`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Rejects February 30, which `Date` reads as March 2. */
function isDate(date: string): boolean {
  const ms = Date.parse(`${date}T00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
}

export function parsePosition(text: string): { readonly position: number } | undefined {
  const position = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(position) ? { position } : undefined;
}
