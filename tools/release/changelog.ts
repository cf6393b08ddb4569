// CHANGELOG.md: the part of one version, and the same in the form that Debian wants.

import { ReleaseError } from "./release_error.ts";

export interface ChangelogPart {
  readonly version: string;
  /** As YYYY-MM-DD; undefined: it is not released yet. */
  readonly date: string | undefined;
  /** Markdown, without the heading. */
  readonly text: string;
}

/** Columns of a line of a Debian changelog. */
const DEBIAN_WIDTH = 80;

const HEADING = /^## (\S+)(?: \((\d{4}-\d\d-\d\d|unreleased)\))?$/m;

/** Newest first. */
export function readChangelog(markdown: string): ChangelogPart[] {
  return markdown.split(/^(?=## )/m).filter((part) => part.startsWith("## ")).map((part) => {
    const [heading, version, date] = HEADING.exec(part) ?? [];
    if (heading === undefined || version === undefined) {
      throw new ReleaseError(
        `Cannot read CHANGELOG.md: a heading must be "## VERSION (DATE)", got ${part.split("\n")[0]}`,
      );
    }
    return {
      version,
      date: date === "unreleased" ? undefined : date,
      text: part.slice(part.indexOf("\n")).trim(),
    };
  });
}

/** @throws {ReleaseError} if there is none */
export function findPart(parts: readonly ChangelogPart[], version: string): ChangelogPart {
  const part = parts.find((part) => part.version === version);
  if (part !== undefined && part.text !== "") return part;
  throw new ReleaseError(`Cannot make a release: describe ${version} in CHANGELOG.md first`);
}

export function renderNotes({ version, text }: ChangelogPart): string {
  return `# rankserver ${version}\n\n${text}\n\n## Check the files\n\n` +
    "```sh\nsha256sum --check --ignore-missing SHA256SUMS\n```\n";
}

/** @param epoch in seconds, for the version without a date */
export function renderDebianChangelog(
  parts: readonly ChangelogPart[],
  { maintainer, epoch }: { readonly maintainer: string; readonly epoch: number },
): string {
  return parts.map(({ version, date, text }) => {
    const time = date === undefined ? new Date(epoch * 1_000) : new Date(`${date}T00:00:00Z`);
    const body = text.split(/\n(?=- )|\n\n/).map(wrapItem).join("\n");
    const when = time.toUTCString().replace("GMT", "+0000");
    return `rankserver (${
      debianVersion(version)
    }) unstable; urgency=medium\n\n${body}\n\n -- ${maintainer}  ${when}\n`;
  }).join("\n");
}

/** In Debian, a pre-release sorts before its release only with a tilde. */
export function debianVersion(version: string): string {
  return version.replace("-", "~");
}

/** An item of the list, or a paragraph, in the lines of a Debian changelog. */
function wrapItem(item: string): string {
  const lines = [item.startsWith("- ") ? "  *" : "   "];
  for (const word of item.replace(/^- /, "").split(/\s+/)) {
    const line = `${lines.at(-1)} ${word}`;
    if (line.length <= DEBIAN_WIDTH) lines[lines.length - 1] = line;
    else lines.push(`    ${word}`);
  }
  return lines.join("\n");
}
