// `deno task page`: joins the program of the page into src/web/page/page.js, which is part of the executables. It is kept
// in the repository, so that a server started from source needs no build; a test tells when it is out of date.

const ROOT = new URL("../", import.meta.url);
const ENTRY = "src/web/page/browser/start.ts";
const OUTPUT = new URL("src/web/page/page.js", ROOT);

/** @throws {Error} if Deno failed, with its output */
export async function bundlePage(): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--frozen", "--platform=browser", "--minify", ENTRY],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  const { success, stdout, stderr } = await command.output();
  if (!success) throw new Error(`Cannot bundle the page: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) await Deno.writeTextFile(OUTPUT, await bundlePage());
