// The date on the manual pages: that of the release, so that a release can be made again byte for byte.

import { VERSION } from "../../src/cli/shared/version.ts";

const CHANGELOG = new URL("../../CHANGELOG.md", import.meta.url);

/** SOURCE_DATE_EPOCH (seconds since 1970), else the date of this version in CHANGELOG.md, else today. */
export async function pageDate(): Promise<Date> {
  const epoch = Deno.env.get("SOURCE_DATE_EPOCH");
  if (epoch !== undefined && /^\d+$/.test(epoch)) return new Date(Number(epoch) * 1_000);
  return dateOf(VERSION, await Deno.readTextFile(CHANGELOG)) ?? new Date();
}

/** The date in the heading of a version, such as "## 0.1.0 (2026-12-24)". */
export function dateOf(version: string, changelog: string): Date | undefined {
  const heading = changelog.split("\n").find((line) => line.startsWith(`## ${version} `));
  const day = /\d{4}-\d{2}-\d{2}/.exec(heading ?? "")?.[0];
  return day === undefined ? undefined : new Date(`${day}T00:00:00Z`);
}
