// The scripts for the four shells have every flag and command; those for real shells are run in tests/system/completion.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { CLIENT_COMPLETION } from "../../../../src/cli/client/client_completion.ts";
import { serverCompletion } from "../../../../src/cli/server/server_completion.ts";
import { completedFlags, shortHelp } from "../../../../src/cli/shared/completion/completed_program.ts";
import { completionScript } from "../../../../src/cli/shared/completion/completion_command.ts";
import { SHELLS } from "../../../../src/cli/shared/completion/shells.ts";
import { CLIENT_FLAGS } from "../../../../src/config/keys/client_keys.ts";
import { SERVER_FLAGS } from "../../../../src/config/keys/server_keys.ts";

const PROGRAMS = [await serverCompletion(), CLIENT_COMPLETION];

/** The first mistake in a script of PowerShell; "" if it can be parsed. */
async function parsePowerShell(script: string): Promise<string> {
  const program = new URL("../../../support/programs/parse_power_shell.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--unstable-raw-imports", "--allow-read", program],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode(script));
  await input.close();
  const { success, stdout, stderr } = await child.output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

Deno.test("every script offers every flag, and every command with its flags", () => {
  assertEquals(PROGRAMS[0]!.flags.length, SERVER_FLAGS.length);
  assertEquals(PROGRAMS[1]!.flags.length, CLIENT_FLAGS.length);
  for (const program of PROGRAMS) {
    const { flags, commands, requests } = program;
    for (const shell of SHELLS) {
      const script = completionScript(shell, program);
      const all = [...flags, ...commands.flatMap((command) => command.flags)];
      const names = all.map(({ name }) => {
        if (shell === "fish") return `-l ${name.slice(2)} `;
        return shell === "powershell" ? `'${name}' = '` : name;
      });
      for (const text of [...names, ...[...commands, ...requests].map(({ name }) => name)]) {
        assertStringIncludes(script, text, shell);
      }
    }
  }
});

Deno.test("the scripts for PowerShell can be parsed, and a mistake in one would be found", async () => {
  for (const program of PROGRAMS) {
    assertEquals(await parsePowerShell(completionScript("powershell", program)), "");
  }
  const script = completionScript("powershell", PROGRAMS[1]!);
  const wrong = await parsePowerShell(script.replace("$offered = $flags\n    }", "$offered = $flags\n"));
  assertStringIncludes(wrong, "mistake in line");
});

Deno.test("text with quotes and brackets is quoted for each shell", async () => {
  const flags = completedFlags([{ name: "x", value: "A:B", help: "It's [an] a\\b `c` $(d) 'e'" }]);
  const program = { name: "rankserver", flags, commands: [], words: "any", requests: [] } as const;
  assertStringIncludes(completionScript("fish", program), `-d 'It\\'s [an] a\\\\b \`c\` $(d) \\'e\\''`);
  assertStringIncludes(
    completionScript("zsh", program),
    `'--x=[It'\\''s \\[an\\] a\\\\b \`c\` $(d) '\\''e'\\'']:A\\:B: '`,
  );
  const powerShell = completionScript("powershell", program);
  assertStringIncludes(powerShell, "'--x' = 'It''s [an] a\\b `c` $(d) ''e'''");
  assertEquals(await parsePowerShell(powerShell), "");
});

Deno.test("the help of a flag is cut to its first part", () => {
  assertEquals(shortHelp("Listen on this port; 0 picks a free one."), "Listen on this port");
  assertEquals(shortHelp("Begin at this time: a duration."), "Begin at this time");
  assertEquals(shortHelp("With --lead: exit with 75; start it once."), "With --lead: exit with 75");
  assertEquals(shortHelp("Read it. RANKCLIENT_TOKEN may contain it."), "Read it");
});
