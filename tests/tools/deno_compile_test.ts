import { assert, assertEquals } from "@std/assert";
import { compileCall } from "../../tools/compile_job.ts";
import { isRuntimeOutOfReach } from "../../tools/deno_compile.ts";

const CASES: [what: string, isOutOfReach: boolean, output: string][] = [
  [
    "a host that cannot be resolved",
    true,
    `Download https://host.example/denort.zip
error: Writing deno compile executable to temporary file 'x.tmp-d7d92908929f5cbc'

Caused by:
    0: Setting up base binary.
    1: error sending request for url (https://host.example/denort.zip): client error (Connect): dns error
    2: client error (Connect)
`,
  ],
  [
    "a DENORT_BIN that does not exist",
    false,
    `error: Writing deno compile executable to temporary file 'x.tmp-625165c32b3c014e'

Caused by:
    0: Could not find denort at '/nonexistent'
    1: No such file or directory (os error 2)
`,
  ],
  ["a type error", false, "TS2322 [ERROR]: Type 'number' is not assignable to type 'string'.\n"],
  [
    "a package that cannot be fetched",
    false,
    "error: error sending request for url (https://host.example/left-pad): client error (Connect)\n",
  ],
];

for (const [what, isOutOfReach, output] of CASES) {
  Deno.test(`${what} ${isOutOfReach ? "calls" : "does not call"} for the runtime from npm`, () => {
    assertEquals(isRuntimeOutOfReach(output), isOutOfReach);
  });
}

Deno.test("no executable has a code cache", () => {
  const job = { root: "/x", entry: "program.ts", output: "/y", permissions: [] };
  assert(compileCall(job, "/bundle/program.js").args.includes("--no-code-cache"));
});

Deno.test("an executable is for this machine unless a target is named", () => {
  const job = { root: "/x", entry: "program.ts", output: "/y", permissions: [] };
  const targets = (target: string | undefined) =>
    compileCall({ ...job, target }, "/bundle/program.js").args.filter((arg) => arg.startsWith("--target"));
  assertEquals(targets(undefined), []);
  assertEquals(targets("aarch64-apple-darwin"), ["--target=aarch64-apple-darwin"]);
});
