// The programs that packages are made and checked with.

/** Why no package can be made here; `undefined` where one can. */
export const whyNoPackages = await whyNot("tar", "gzip", "git", "dpkg-deb");
if (whyNoPackages !== undefined) console.warn(`${whyNoPackages}: tests of packages are ignored`);

/** The same for lintian, which checks Debian packages. */
export const whyNoLintian = await whyNot("lintian");
if (whyNoLintian !== undefined) console.warn(`${whyNoLintian}: its test is ignored`);

export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runProgram(program: string, ...args: readonly string[]): Promise<Output> {
  const { code, stdout, stderr } = await new Deno.Command(program, { args: [...args], stdin: "null" })
    .output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** @returns its standard output. @throws {Error} if it fails, with all that it printed */
export async function outputOf(program: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram(program, ...args);
  if (code === 0) return stdout;
  throw new Error(`${program} ${args.join(" ")} exited with ${code}:\n${stdout}${stderr}`);
}

async function whyNot(...programs: readonly string[]): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return "Debian packages are made on Linux";
  for (const program of programs) {
    try {
      await new Deno.Command(program, { args: ["--version"], stdout: "null", stderr: "null" }).output();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      return `${program} is missing`;
    }
  }
  return undefined;
}
