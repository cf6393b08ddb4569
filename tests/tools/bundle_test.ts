import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { bundle } from "../../tools/bundle.ts";
import { compileCall, CompileError } from "../../tools/compile_job.ts";

const FILES: Readonly<Record<string, string>> = {
  "deno.json": "{}",
  "deno.lock": '{ "version": "5" }',
  "src/cli/program.ts": `
    import { greeting } from "./greeting.ts";
    console.log(greeting satisfies string);
    const { late } = await import("../late.ts");
    console.log(late);
    const { askWorker } = await import("./deep/ask_worker.ts");
    console.log(await askWorker());
  `,
  "src/cli/greeting.ts": 'export const greeting: string = "at once";',
  "src/late.ts": 'export const late = "later";',
  "src/cli/deep/ask_worker.ts": `
    export async function askWorker(): Promise<string> {
      const worker = new Worker(new URL("./some_worker.ts", import.meta.url), { type: "module" });
      const answer = await new Promise<MessageEvent>((resolve) => worker.onmessage = resolve);
      worker.terminate();
      return answer.data;
    }
  `,
  "src/cli/deep/some_worker.ts": `
    import { greeting } from "../greeting.ts";
    (self as unknown as Worker).postMessage("a worker, " + greeting);
  `,
};

async function withProject(test: (root: string, folder: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(root, "src/cli/deep"), { recursive: true });
    for (const [path, text] of Object.entries(FILES)) await Deno.writeTextFile(join(root, path), text);
    await test(root, join(root, "bundle"));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const JOB = { entry: "src/cli/program.ts", workers: ["src/cli/deep/some_worker.ts"] };

Deno.test("a bundle holds what is needed at once in its first file, and runs without the sources", () =>
  withProject(async (root, folder) => {
    const first = await bundle({ root, ...JOB }, folder);
    await Deno.remove(join(root, "src"), { recursive: true });
    const text = await Deno.readTextFile(first);
    assert(!text.includes('"later"'), "what is imported later is in the first file");
    const { args, cwd } = compileCall({ root, output: "/x", permissions: [], ...JOB }, first);
    assertEquals(args.slice(-3), ["--include=some_worker.ts", "--output=/x", "program.js"]);
    const run = new Deno.Command(Deno.execPath(), { args: ["run", "--allow-read", "program.js"], cwd });
    const { stdout, stderr } = await run.output();
    const said = new TextDecoder().decode(stdout);
    assertEquals(said, "at once\nlater\na worker, at once\n", new TextDecoder().decode(stderr));
  }));

Deno.test("a program with a type error is not compiled", () =>
  withProject(async (root, folder) => {
    await Deno.writeTextFile(join(root, "src/cli/greeting.ts"), "export const greeting: string = 1;");
    const error = await assertRejects(() => bundle({ root, ...JOB }, folder), CompileError);
    assertStringIncludes(error.message, "deno bundle failed");
  }));

Deno.test("the same sources in two places give the same bundle, with the same times", async () => {
  const bundles: (readonly unknown[])[][] = [];
  for (const _ of ["one", "another"]) {
    await withProject(async (root, folder) => {
      await bundle({ root, ...JOB }, folder);
      bundles.push(await filesOf(folder));
    });
  }
  assert(bundles[0]!.length > 4, "files are missing");
  assertEquals(bundles[0], bundles[1]);
});

/** Paths, times and contents. */
async function filesOf(folder: string, below = ""): Promise<(readonly unknown[])[]> {
  const files: (readonly unknown[])[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(folder, below))) {
    const path = join(below, name);
    if (isDirectory) files.push(...await filesOf(folder, path));
    else {
      const { mtime } = await Deno.stat(join(folder, path));
      files.push([path, mtime?.getTime(), await Deno.readTextFile(join(folder, path))]);
    }
  }
  return files.toSorted(([a], [b]) => `${a}` < `${b}` ? -1 : 1);
}
