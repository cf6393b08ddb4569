// The command lines of the long tasks: help and error messages come before anything starts.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { PROJECT } from "../support/programs/start_process.ts";

const SCRIPTS: Readonly<Record<string, string>> = {
  soak: "bench/soak/main.ts",
  fuzz: "tests/fuzz/main.ts",
  attacks: "tests/attacks/main.ts",
  succession: "tests/system/lead/succession/main.ts",
  release: "tools/release/main.ts",
};

/** Without the right to start a program, to listen or to write, which help and messages do not need. */
async function runTask(name: string, ...words: string[]) {
  const permissions = ["--no-prompt", "--allow-read", "--allow-env", "--allow-sys"];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...permissions, join(PROJECT, SCRIPTS[name]!), ...words],
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

const IN_HELP: Readonly<Record<string, readonly string[]>> = {
  soak: [
    "--short",
    "--minutes N  How long",
    "[from 1 to 10080 minutes; default 10]",
    "--seed N",
    "[from 0 to 999999]",
  ],
  fuzz: [
    "--minutes N  How long",
    "[from 1 to 10080 minutes; default 2]",
    "--seed N",
    "[from 0 to 2147483647]",
  ],
  succession: [
    "--faults N  How many",
    "[from 3 to 1000000; default 600]",
    "--seed N",
    "[from 0 to 999997]",
    "--executables",
  ],
  attacks: ["--sources", "--only TEXT", "[-- FLAGS OF DENO TEST]"],
  release: ["--out DIR", "--only TARGET", "linux-arm64", "--partial", "--quick", "--allow-dirty"],
};

for (const [name, parts] of Object.entries(IN_HELP)) {
  Deno.test(`${name} --help describes the task and its flags, and starts nothing`, async () => {
    const { code, stdout, stderr } = await runTask(name, "--help");
    assertEquals([code, stderr], [0, ""]);
    const unbroken = stdout.replaceAll(/\s+/g, " ");
    assertStringIncludes(unbroken, ` Usage: deno task ${name} [FLAGS]`);
    for (const part of parts) assertStringIncludes(unbroken, part.replaceAll(/\s+/g, " "));
    assertStringIncludes(unbroken, `Examples: deno task ${name} --`);
  });
}

const REFUSED: readonly (readonly [words: string[], reason: string])[] = [
  [["soak", "--minuts", "3"], 'Unknown flag "--minuts"; did you mean --minutes?'],
  [["soak", "--minutes", "0"], "--minutes must be a whole number from 1 to 10080, current value is 0"],
  [["soak", "--minutes"], "--minutes needs a value: --minutes N"],
  [["soak", "5"], 'Unexpected argument "5"'],
  [
    ["fuzz", "--minutes", "soon"],
    '--minutes must be a whole number from 1 to 10080, current value is "soon"',
  ],
  [["fuzz", "--seed", "1.5"], '--seed must be a whole number from 0 to 2147483647, current value is "1.5"'],
  [["fuzz", "--", "x"], 'Unexpected argument "x"'],
  [["succession", "--fault", "9"], 'Unknown flag "--fault"; did you mean --faults?'],
  [["attacks", "--source"], 'Unknown flag "--source"; did you mean --sources?'],
  [["attacks", "--sources=no"], '--sources takes no value, got "no"'],
  [["release", "--only", "linux"], 'Unknown target "linux"'],
];

for (const [[name, ...words], reason] of REFUSED) {
  Deno.test(`${name} ${words.join(" ")} is refused with what to do`, async () => {
    const { code, stdout, stderr } = await runTask(name!, ...words);
    assertEquals([code, stdout, stderr], [2, "", `${reason}\nTry \`deno task ${name} --help\`.\n`]);
  });
}
