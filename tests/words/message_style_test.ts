// How the messages for clients are written: sentence case or a quoted value first, and no final period.

import { assert, assertEquals } from "@std/assert";

const SOURCES = [
  "protocol/json_rpc/",
  "protocol/text/",
  "protocol/wire/",
  "server/",
  "server/limits/",
  "server/login/",
  "server/operator/",
  "server/requests/",
  "server/runs/",
  "server/seats/",
];

/** A message that is written as a literal: of a refusal, of an invalid line, or of `closing`. */
const MESSAGE =
  /(?:\bmessage(?: =|:)\s*|\bwhy: |\bmessage: rank \S+ \S+ \? |\binvalid\([^"`']*"\w+", |\bbad\(|\bcloseWith\(\s*(?:"\w+"|reason),\s*|\binvalidParams\()(["'`])((?:(?!\1)[^\\]|\\.)+)\1/g;

function literalsOf(source: string): string[] {
  return [...source.matchAll(MESSAGE)].map(([, , text]) => text!);
}

const isWellWritten = (text: string) => /^(?:[A-Z"]|\\?"|\$\{).*[^.]$/s.test(text);

/** Parts of log events, which are not sent to clients. */
const LOGGED = ["it did not speak TLS"];

Deno.test("the messages that the server sends are in sentence case and have no final period", async () => {
  const found: string[] = [];
  const wrong: string[] = [];
  for (const folder of SOURCES) {
    const url = new URL(`../../src/${folder}`, import.meta.url);
    for await (const { name, isFile } of Deno.readDir(url)) {
      if (!isFile || !name.endsWith(".ts")) continue;
      const texts = literalsOf(await Deno.readTextFile(new URL(name, url)));
      found.push(...texts);
      wrong.push(
        ...texts.filter((text) => !isWellWritten(text) && !LOGGED.includes(text)).map((text) =>
          `${folder}${name}: ${text}`
        ),
      );
    }
  }
  assert(found.length > 40, `only ${found.length} were found`);
  assertEquals(wrong, []);
});

Deno.test("a message in lower case or with a period is found", () => {
  const source = `const a = { reason: "full", message: "all seats are taken" };
    session.closeWith("left", "This seat was released.");
    return invalid(null, "invalid_request", 'an id must be "x"');
    const message = \`rank \${rank} is above you\`; const b = { message: '"id" is fine' };`;
  const wrong = literalsOf(source).filter((text) => !isWellWritten(text));
  assertEquals(wrong, [
    "all seats are taken",
    "This seat was released.",
    'an id must be "x"',
    "rank ${rank} is above you",
  ]);
});
