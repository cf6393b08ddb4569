// The tokens file: what it allows, and the message for each mistake, with its place.

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ConfigError } from "../../src/config/toml/config_error.ts";
import { loadTokens } from "../../src/config/load_tokens.ts";
import { acts } from "../support/acting_text.ts";
import { sha256, tokenOf, tokensToml } from "../support/server/tokens.ts";

const HASH = sha256("a");

function load(text: string) {
  return loadTokens({ path: "tokens.toml", text });
}

async function messageFor(text: string): Promise<string> {
  return (await assertRejects(() => load(text), ConfigError)).message;
}

Deno.test("by default a token may send and execute all commands, but neither see nor evict other clients", async () => {
  assertEquals(await load(tokensToml({ ada: "" })), [
    {
      name: "ada",
      sha256: sha256(tokenOf("ada")),
      issue: undefined,
      execute: true,
      watch: false,
      evict: false,
    },
  ]);
  const more = 'issue = ["uptime"]\nexecute = false\nwatch = true\nevict = true';
  const { name: _, sha256: __, ...rights } = (await load(tokensToml({ ada: more })))[0]!;
  assertEquals(rights, { issue: ["uptime"], execute: false, watch: true, evict: true });
});

Deno.test("a tokens file without tokens is valid, and admits no client", async () => {
  assertEquals(await load(""), []);
  assertEquals(await load("# later\n[tokens]\n"), []);
});

for (
  const [what, text, message] of [
    [
      "an unknown right",
      `[tokens.a]\nsha256 = "${HASH}"\nwach = true`,
      `tokens.toml:3:1: unknown key "tokens.a.wach"; did you mean "tokens.a.watch"?`,
    ],
    [
      "a right of the wrong type",
      `[tokens.a]\nsha256 = "${HASH}"\n\nevict = "yes"`,
      `tokens.toml:4:1: "tokens.a.evict" must be true or false, current value is "yes"`,
    ],
    ["a token without a hash", "[tokens.a]\nwatch = true", `tokens.toml:1:9: "tokens.a" has no "sha256"`],
    ["another table", "[token.a]", `tokens.toml:1:2: unknown key "token"; did you mean "tokens"?`],
    [
      "a command that cannot be one",
      `[tokens.a]\nsha256 = "${HASH}"\nissue = ["ok", "not ok"]`,
      `tokens.toml:3:16: "tokens.a.issue[1]" must be a command name`,
    ],
    ["what is no TOML", "[tokens.a", "tokens.toml:1:"],
    [
      "one token with two names",
      `[tokens.a]\nsha256 = "${HASH}"\n[tokens.b]\nsha256 = "${HASH}"`,
      `tokens.toml:4:1: "tokens.b.sha256" is that of "tokens.a" too`,
    ],
    ["a list of tokens", "tokens = []", `tokens.toml:1:1: "tokens" must be tables`],
  ] as const
) {
  Deno.test(`${what} is refused with its place`, async () => {
    assertStringIncludes(await messageFor(text), message);
  });
}

Deno.test("names that would act in a log, or mean something to the language, are refused and shown harmless", async () => {
  for (
    const name of [
      "__proto__",
      "constructor ",
      "",
      "a b",
      "\\u001b[2J",
      "\\u202edna",
      "\\u009b",
      "x".repeat(65),
    ]
  ) {
    const message = await messageFor(`[tokens."${name}"]\nsha256 = "${HASH}"`);
    assertStringIncludes(message, "is not a token's name");
    assert(!acts(message), JSON.stringify(message));
  }
});

Deno.test("the message for a token in place of its hash does not repeat it", async () => {
  const message = await messageFor(`[tokens.a]\nsha256 = "my-secret-token"`);
  assertStringIncludes(message, "must be the SHA-256 of the token");
  assert(!message.includes("my-secret-token"), message);
});

Deno.test("a value in place of the SHA-256 is not repeated, whatever it is", async () => {
  for (const value of ["12345678", '"12345678"', '"1234\\t5678"', `"${"12345678".repeat(20)}"`]) {
    const message = await messageFor(`[tokens.web]\nsha256 = ${value}`);
    assertStringIncludes(message, "must be the SHA-256 of the token, as 64 lower-case hexadecimal digits");
    assert(!message.includes("5678"), message);
  }
});
