// CHANGELOG.md becomes the notes of a release and the changelog of the Debian package.

import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  debianVersion,
  findPart,
  readChangelog,
  renderDebianChangelog,
  renderNotes,
} from "../../tools/release/changelog.ts";
import { changelogOf } from "../../tools/release/make_release.ts";
import { ReleaseError } from "../../tools/release/release_error.ts";
import { PROJECT } from "../support/programs/start_process.ts";

const CHANGELOG = `# Changelog

What users notice.

## 0.2.0 (2027-01-31)

- One change, in two
  lines.
- Another one.

## 0.1.0 (unreleased)

- The first version.
`;
const MAINTAINER = { maintainer: "A Maintainer <a@b.example>", epoch: Date.UTC(2026, 11, 24, 6, 30) / 1_000 };

Deno.test("the changelog is read by version, newest first", () => {
  assertEquals(readChangelog(CHANGELOG), [
    { version: "0.2.0", date: "2027-01-31", text: "- One change, in two\n  lines.\n- Another one." },
    { version: "0.1.0", date: undefined, text: "- The first version." },
  ]);
});

Deno.test("a heading without a version, and a version without a part, are refused", () => {
  assertThrows(() => readChangelog("## Next, perhaps\n\n- a"), ReleaseError, "## Next, perhaps");
  const parts = readChangelog(`${CHANGELOG}\n## 0.0.1 (2026-01-01)\n`);
  assertThrows(() => findPart(parts, "0.3.0"), ReleaseError, "describe 0.3.0 in CHANGELOG.md");
  assertThrows(() => findPart(parts, "0.0.1"), ReleaseError, "describe 0.0.1 in CHANGELOG.md");
});

Deno.test("the notes have the part of their version and no other", () => {
  const notes = renderNotes(readChangelog(CHANGELOG)[0]!);
  assertMatch(notes, /^# rankserver 0\.2\.0\n\n- One change, in two\n {2}lines\.\n- Another one\.\n\n## /);
  assert(!notes.includes("first version"));
});

Deno.test("Debian's changelog has every version with its date, in lines of 80 columns", () => {
  const long = `- ${"word ".repeat(40)}end`;
  const parts = readChangelog(CHANGELOG.replace("- Another one.", long));
  const lines = renderDebianChangelog(parts, MAINTAINER).split("\n");
  assertEquals(lines.filter((line) => line.length > 80), []);
  assertEquals(lines.slice(0, 3), [
    "rankserver (0.2.0) unstable; urgency=medium",
    "",
    "  * One change, in two lines.",
  ]);
  assertEquals(lines.filter((line) => line.startsWith(" -- ")), [
    " -- A Maintainer <a@b.example>  Sun, 31 Jan 2027 00:00:00 +0000",
    " -- A Maintainer <a@b.example>  Thu, 24 Dec 2026 06:30:00 +0000",
  ]);
});

Deno.test("a pre-release sorts before its release in Debian", () => {
  assertEquals(["0.2.0", "0.2.0-rc.1"].map(debianVersion), ["0.2.0", "0.2.0~rc.1"]);
});

Deno.test("CHANGELOG.md has the version of deno.json first", async () => {
  const { version } = JSON.parse(await Deno.readTextFile(`${PROJECT}/deno.json`));
  const text = await Deno.readTextFile(`${PROJECT}/CHANGELOG.md`);
  assertEquals(await changelogOf(PROJECT, version), readChangelog(text));
});
