// The order of the house: imports run one way, and the pure folders know no clock, no chance and no Deno. Neither the
// compiler nor the linter minds an import that runs against it, or in a circle.

import { assert, assertEquals } from "@std/assert";

/** What each folder of src/ may import of the others; a folder may always import itself. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "main.ts": ["cli"],
  cli: ["server", "client", "tls", "control", "protocol", "ranks", "config", "log", "rules"],
  server: ["control", "protocol", "ranks", "config", "log", "rules"],
  client: ["control", "protocol", "ranks", "config", "log", "rules"],
  tls: ["protocol"],
  protocol: ["ranks", "log"],
  ranks: [],
  config: ["rules"],
  control: ["protocol"],
  log: [],
  rules: [],
};

/** Folders that get time, chance and everything outside passed in. */
const PURE = ["ranks", "protocol", "rules"];
const IMPURE = new RegExp(
  String.raw`\b(?:(?:Deno|process|crypto|console|performance|Math\.random)(?=[.(])|fetch\(|Date\b|` +
    String.raw`(?:set|clear)(?:Timeout|Interval|Immediate)\b|queueMicrotask\b)`,
);

interface SourceFile {
  /** From the project's root, with slashes. */
  readonly path: string;
  readonly text: string;
}

Deno.test("imports run one way, and the pure folders are pure", async () => {
  const files = await readSources();
  assert(files.length > 50, `only ${files.length} files were found`);
  for (const folder of Object.keys(ALLOWED)) {
    assert(files.some((file) => folderOf(file.path) === folder), `nothing was read of ${folder}`);
  }
  assertEquals(findViolations(files), []);
});

Deno.test("no file imports itself, however long the way round", async () => {
  assertEquals(findCycle(await readSources()), undefined);
});

Deno.test("an import that runs the wrong way is found, however it is written", () => {
  const wrong: [path: string, text: string][] = [
    ["src/ranks/a.ts", 'import { b } from "../protocol/b.ts";'],
    ["src/protocol/a.ts", 'import type { b } from "../server/b.ts";'],
    ["src/server/a.ts", 'import {\n  b,\n  c,\n} from "../client/b.ts";'],
    ["src/client/a.ts", 'export * from "../server/b.ts";'],
    ["src/config/a.ts", 'import "../log/b.ts";'],
    ["src/log/a.ts", 'const { b } = await import("../protocol/b.ts");'],
    ["src/rules/deep/a.ts", 'type B = import("../../config/b.ts").B;'],
    ["src/server/a.ts", 'import { b } from "../../main.ts";'],
    ["src/server/a.ts", 'import { b } from "../cli/b.ts";'],
    ["src/server/a.ts", 'import { b } from "../../tests/b.ts";'],
    ["main.ts", 'await import("./src/server/b.ts");'],
    ["src/nowhere/a.ts", 'import { b } from "../log/b.ts";'],
  ];
  for (const [path, text] of wrong) {
    assertEquals(findViolations([{ path, text }]).length, 1, `${path}: ${text}`);
  }
});

Deno.test("a clock, a timer, chance or the log in a pure folder is found, and words in comments are not", () => {
  const impure = [
    "Deno.args",
    "setTimeout(f, 1)",
    "new Date()",
    "Date.now()",
    "Math.random()",
    "console.log()",
  ];
  for (const text of impure) {
    for (const folder of PURE) {
      assertEquals(findViolations([{ path: `src/${folder}/a.ts`, text }]).length, 1, text);
    }
    assertEquals(findViolations([{ path: "src/server/a.ts", text }]), []);
  }
  const timers = 'import { setTimeout as wait } from "node:timers";';
  assertEquals(findViolations([{ path: "src/ranks/a.ts", text: timers }]).length, 1);
  const comments = "// Deno.args\n/** Date\n * console\n */\nexport const a = 1; // no Math.random here\n";
  assertEquals(findViolations([{ path: "src/ranks/a.ts", text: comments }]), []);
});

Deno.test("an import that runs the right way is allowed, and so is a package", () => {
  const right: [path: string, text: string][] = [
    ["main.ts", 'await import("./src/cli/b.ts");'],
    ["src/cli/a.ts", 'import { b } from "../server/b.ts";\nimport { c } from "../client/c.ts";'],
    ["src/server/a.ts", 'import { b } from "../protocol/b.ts";\nimport { c } from "./c.ts";'],
    ["src/protocol/a.ts", 'import * as v from "valibot";\nimport { b } from "../log/b.ts";'],
    ["src/config/a.ts", 'import { b } from "../rules/b.ts";'],
  ];
  for (const [path, text] of right) assertEquals(findViolations([{ path, text }]), [], `${path}: ${text}`);
});

Deno.test("a circle of imports is found", () => {
  const circle = [
    { path: "src/server/a.ts", text: 'import { b } from "./b.ts";' },
    { path: "src/server/b.ts", text: 'import { c } from "./c.ts";' },
    { path: "src/server/c.ts", text: 'import { a } from "./a.ts";' },
  ];
  assertEquals(findCycle(circle), [
    "src/server/a.ts",
    "src/server/b.ts",
    "src/server/c.ts",
    "src/server/a.ts",
  ]);
  assertEquals(findCycle(circle.slice(1)), undefined);
});

/** One sentence for each import against the order and each impure word. */
function findViolations(files: readonly SourceFile[]): string[] {
  const violations: string[] = [];
  for (const { path, text } of files) {
    const folder = folderOf(path);
    const code = withoutComments(text);
    const allowed = ALLOWED[folder];
    if (allowed === undefined) {
      violations.push(`${path}: the order of imports knows no folder ${folder}`);
      continue;
    }
    for (const target of importsOf(path, code)) {
      const into = folderOf(target);
      if (into !== folder && !allowed.includes(into)) violations.push(`${path} imports ${target}`);
    }
    const impure = PURE.includes(folder) ? IMPURE.exec(code) : null;
    if (impure !== null) violations.push(`${path} mentions ${impure[0]}`);
  }
  return violations;
}

/** A circle of imports, from a file back to itself; `undefined` when there is none. */
function findCycle(files: readonly SourceFile[]): string[] | undefined {
  const imports = new Map(files.map(({ path, text }) => [path, importsOf(path, withoutComments(text))]));
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): string[] | undefined => {
    const seen = way.indexOf(path);
    if (seen >= 0) return [...way.slice(seen), path];
    if (done.has(path)) return undefined;
    for (const target of imports.get(path) ?? []) {
      const cycle = visit(target, [...way, path]);
      if (cycle !== undefined) return cycle;
    }
    done.add(path);
    return undefined;
  };
  for (const path of imports.keys()) {
    const cycle = visit(path, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/** The project's own files that a file imports, in any form; packages are left out. */
function importsOf(path: string, code: string): string[] {
  const specifiers = code.matchAll(/\b(?:from|import)\s*\(?\s*["']([^"']+)["']/g);
  return [...specifiers].map(([, specifier]) => specifier!).filter((specifier) => specifier.startsWith("."))
    .map((specifier) => new URL(specifier, `file:///${path}`).pathname.slice(1));
}

/** "server" for src/server/any/file.ts; outside src/ the first part of the path. */
function folderOf(path: string): string {
  const [first, second] = path.split("/");
  return first === "src" ? second! : first!;
}

/** Good enough for code in which no string has a comment in it; "https://" stays. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[\s;{}(),])\/\/.*$/gm, "$1");
}

async function readSources(): Promise<SourceFile[]> {
  const root = new URL("../", import.meta.url);
  const files = [{ path: "main.ts", text: await Deno.readTextFile(new URL("main.ts", root)) }];
  const folders = ["src/"];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const entry of Deno.readDir(new URL(folder, root))) {
      const path = `${folder}${entry.name}`;
      if (entry.isDirectory) folders.push(`${path}/`);
      else if (path.endsWith(".ts")) files.push({ path, text: await Deno.readTextFile(new URL(path, root)) });
    }
  }
  return files;
}
