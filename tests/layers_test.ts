// The layers of the source tree: imports run one way, between folders and between directories; a directory is entered
// through its mod.ts; and the pure folders know no clock, no randomness and no Deno. Neither the compiler nor the
// linter reports an import that breaks these rules.

import { assert, assertEquals } from "@std/assert";

/** What each folder of src/ may import of the others; a folder may always import itself. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "main.ts": ["cli"],
  cli: [
    "server",
    "client",
    "web",
    "tls",
    "control",
    "protocol",
    "journal",
    "ranks",
    "config",
    "log",
    "rules",
    "spelling",
    "time",
    "words",
  ],
  web: ["server", "protocol", "journal", "ranks", "config", "log", "rules", "time", "words"],
  server: ["control", "protocol", "journal", "ranks", "config", "log", "rules", "spelling", "time", "words"],
  client: ["control", "protocol", "ranks", "config", "rules", "spelling", "time", "words"],
  tls: ["protocol", "time"],
  protocol: ["ranks", "words"],
  journal: ["ranks", "time"],
  ranks: [],
  config: ["rules", "spelling", "words"],
  control: ["protocol"],
  log: ["time", "words"],
  rules: ["words"],
  spelling: [],
  time: [],
  words: [],
};

/** Each of these is a program. */
const PROGRAMS = [
  "main.ts",
  "src/cli/rankserver.ts",
  "src/cli/rankclient.ts",
  "src/web/page/browser/start.ts",
];

/** Runs in the browser, whose clock, timers and requests are its own. */
const BROWSER = "src/web/page/browser/";

/**
 * Loaded late, because only some starts need them: an `import()` may name these files past the mod.ts of their
 * directory, which would load them at every start.
 */
const LAZY = [
  "src/config/toml/read_toml.ts",
  "src/cli/server/server_command.ts",
  "src/cli/client/client_command.ts",
  "src/cli/client/lead/start_guard.ts",
  "src/cli/client/lead/start_lead.ts",
  "src/cli/client/client_completion.ts",
  "src/cli/client/client_help.ts",
  "src/cli/server/server_completion.ts",
  "src/cli/server/server_help.ts",
  "src/cli/shared/render_help.ts",
  "src/cli/server/files/tokens_file.ts",
  "src/cli/server/init/init_command.ts",
  "src/cli/server/init/init_page.ts",
  "src/cli/server/init/use.ts",
  "src/cli/server/journal/journal_command.ts",
  "src/cli/server/journal/journal_pages.ts",
  "src/journal/engines/backup_journal.ts",
  "src/journal/engines/read_journal.ts",
  "src/server/login/authenticator.ts",
  "src/journal/engines/sqlite_file.ts",
];

/** Folders that get time, chance and everything outside passed in. */
const PURE = ["ranks", "protocol", "rules", "words"];
const IMPURE = new RegExp(
  String.raw`\b(?:(?:Deno|process|crypto|console|performance|Math\.random)(?=[.(])|fetch\(|Date\b|` +
    String.raw`(?:set|clear)(?:Timeout|Interval|Immediate)\b|queueMicrotask\b)`,
);

/**
 * The files outside src/cli that use the runtime. All others have clocks, sockets, processes, files and randomness passed
 * in, so that the simulator can replace them.
 */
const ADAPTERS = [
  "src/client/connection/connection_system.ts",
  "src/client/connection/transport/dial.ts",
  "src/client/connection/transport/look_up.ts",
  "src/client/executor/program_runner.ts",
  "src/client/lead/guard/spawn_guard.ts",
  "src/client/processes/process_group.ts",
  "src/client/processes/signal_system.ts",
  "src/client/terminal/terminal.ts",
  "src/client/terminal/terminal_display.ts",
  "src/client/terminal/terminal_editor.ts",
  "src/control/ask_control.ts",
  "src/control/control_socket.ts",
  "src/control/serve_lines.ts",
  "src/journal/engines/backup_journal.ts",
  "src/journal/engines/file_kind.ts",
  "src/journal/engines/file_lock.ts",
  "src/journal/engines/migrate_store.ts",
  "src/journal/engines/nats/link/deno_transport.ts",
  "src/journal/engines/open_database.ts",
  "src/journal/engines/open_for_reading.ts",
  "src/journal/engines/read_journal.ts",
  "src/journal/engines/retention.ts",
  "src/journal/engines/sqlite_file.ts",
  "src/log/json_lines.ts",
  "src/log/line_writer.ts",
  "src/server/login/authenticator.ts",
  "src/server/seats/tokens.ts",
  "src/time/clock.ts",
  "src/tls/direct_connection.ts",
  "src/tls/stream_connection.ts",
  "src/tls/tcp_stream.ts",
  "src/tls/tls_listener.ts",
  "src/tls/tls_wrap.ts",
  "src/web/metrics/process_figures.ts",
];
/** Uses of the runtime. Its types and its error classes are allowed everywhere. */
const RUNTIME = new RegExp(
  [
    String.raw`\bnew Deno\.(?!errors\b)`,
    String.raw`\bDeno\.(?!errors\b|[A-Z])`,
    String.raw`\b(?:process|crypto|performance)\.`,
    String.raw`\bMath\.random\b|\bDate\.now\b|\bfetch\(|\bAbortSignal\.timeout\b`,
    String.raw`\b(?:set|clear)(?:Timeout|Interval|Immediate)\b`,
    String.raw`from "(?:node:(?!buffer|path)|@std/async)`,
  ].join("|"),
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

Deno.test("only src/cli and the adapters use the runtime", async () => {
  const users = (await readSources()).filter(({ path, text }) =>
    path !== "main.ts" && !path.startsWith("src/cli/") && !path.startsWith(BROWSER) &&
    RUNTIME.test(withoutComments(text))
  ).map(({ path }) => path);
  assertEquals(users.sort(), ADAPTERS);
});

Deno.test("no file imports itself through others, and no directory does", async () => {
  const imports = importGraph(await readSources());
  assertEquals(findCycle(imports), undefined);
  assertEquals(findCycle(directoryGraph(imports)), undefined);
});

Deno.test("every directory has a mod.ts, and is entered through it", async () => {
  const files = await readSources();
  assertEquals(findBypasses(files), []);
  const lazy = new Set(
    files.flatMap(({ path, text }) => importsOf(path, withoutComments(text), DYNAMIC_IMPORT)),
  );
  assertEquals(LAZY.filter((path) => !lazy.has(path)), [], "not loaded late any more");
});

Deno.test("docs/architecture.md names every directory, and no file that is not there", async () => {
  const page = await Deno.readTextFile(new URL("../docs/architecture.md", import.meta.url));
  const paths = (await readSources()).map(({ path }) => path);
  const named = [...page.matchAll(/`([\w/]+\.ts)`/g)].map(([, name]) => name!).filter((name) =>
    !name.startsWith("tests/")
  );
  assert(named.length > 20);
  assertEquals(named.filter((name) => !paths.some((path) => `/${path}`.endsWith(`/${name}`))), []);
  const directories = new Set(paths.map(directoryOf));
  directories.delete("");
  assertEquals([...directories].filter((directory) => !page.includes(`\`${directory}/\``)), []);
});

Deno.test("an import past a mod.ts is found, and a directory without one", () => {
  const mod = { path: "src/server/mod.ts", text: "" };
  const deepMod = { path: "src/server/deep/mod.ts", text: "" };
  const wrong: SourceFile[][] = [
    [mod, { path: "main.ts", text: 'import { a } from "./src/server/a.ts";' }],
    [mod, deepMod, { path: "src/server/a.ts", text: 'export { a } from "./deep/a.ts";' }],
    [mod, deepMod, { path: "src/server/deep/a.ts", text: 'import type { a } from "../a.ts";' }],
    [mod, { path: "main.ts", text: 'const { a } = await import("./src/server/a.ts");' }],
    [mod, { path: "main.ts", text: `import { a } from "./${LAZY[0]}";` }],
    [{ path: "src/server/a.ts", text: "" }],
    [mod, { path: "src/server/deep/a.ts", text: "" }],
  ];
  for (const files of wrong) assertEquals(findBypasses(files).length, 1, JSON.stringify(files));
  const right: SourceFile[] = [
    mod,
    deepMod,
    { path: "main.ts", text: `import "./src/server/mod.ts";\nawait import("./${LAZY[0]}");` },
    { path: "src/server/a.ts", text: 'import { a } from "./deep/mod.ts";\nimport { b } from "./b.ts";' },
    { path: "src/server/deep/a.ts", text: 'import { a } from "../mod.ts";' },
  ];
  assertEquals(findBypasses(right), []);
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
    ["src/protocol/a.ts", 'import * as v from "valibot";\nimport { b } from "../words/b.ts";'],
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
  assertEquals(findCycle(importGraph(circle)), [
    "src/server/a.ts",
    "src/server/b.ts",
    "src/server/c.ts",
    "src/server/a.ts",
  ]);
  assertEquals(findCycle(importGraph(circle.slice(1))), undefined);
});

Deno.test("a circle of directories is found where no file is in a circle", () => {
  const imports = importGraph([
    { path: "src/server/a.ts", text: 'import { b } from "./deep/b.ts";' },
    { path: "src/server/deep/c.ts", text: 'import { d } from "../d.ts";' },
  ]);
  assertEquals(findCycle(imports), undefined);
  assertEquals(findCycle(directoryGraph(imports)), ["src/server", "src/server/deep", "src/server"]);
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

/** One sentence for each import past a mod.ts, and for each directory without one. */
function findBypasses(files: readonly SourceFile[]): string[] {
  const sources = files.filter(({ path }) => !PROGRAMS.includes(path));
  const entered = new Set(sources.map(({ path }) => directoryOf(path)));
  for (const { path } of sources) if (path.endsWith("/mod.ts")) entered.delete(directoryOf(path));
  const bypasses = [...entered].map((directory) => `${directory} has no mod.ts`);
  for (const { path, text } of files) {
    const code = withoutComments(text);
    const lazy = importsOf(path, code, DYNAMIC_IMPORT);
    for (const target of importsOf(path, code)) {
      const isText = !target.endsWith(".ts");
      const isEntered = isText || directoryOf(target) === directoryOf(path) || target.endsWith("/mod.ts") ||
        (lazy.includes(target) && LAZY.includes(target));
      if (!isEntered) bypasses.push(`${path} imports ${target}`);
    }
  }
  return bypasses;
}

type ImportGraph = ReadonlyMap<string, ReadonlySet<string>>;

function importGraph(files: readonly SourceFile[]): ImportGraph {
  return new Map(files.map(({ path, text }) => [path, new Set(importsOf(path, withoutComments(text)))]));
}

/** The same imports between directories. */
function directoryGraph(imports: ImportGraph): ImportGraph {
  const directories = new Map<string, Set<string>>();
  for (const [path, targets] of imports) {
    // The programs are not modules: main.ts loads their files late.
    if (PROGRAMS.includes(path)) continue;
    const directory = directoryOf(path);
    const into = directories.get(directory) ?? new Set();
    for (const target of targets) if (directoryOf(target) !== directory) into.add(directoryOf(target));
    directories.set(directory, into);
  }
  return directories;
}

/** A circle of imports, from a file or directory back to itself; `undefined` when there is none. */
function findCycle(imports: ImportGraph): string[] | undefined {
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

const ANY_IMPORT = /\b(?:from|import)\s*\(?\s*["']([^"']+)["']/g;
const DYNAMIC_IMPORT = /\bawait import\(\s*["']([^"']+)["']/g;

/** The project's own files that a file imports, in any form; packages are left out. */
function importsOf(path: string, code: string, form = ANY_IMPORT): string[] {
  const specifiers = code.matchAll(form);
  return [...specifiers].map(([, specifier]) => specifier!).filter((specifier) => specifier.startsWith("."))
    .map((specifier) => new URL(specifier, `file:///${path}`).pathname.slice(1));
}

function directoryOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
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
