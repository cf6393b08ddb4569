import { assertEquals } from "@std/assert";
import { codeOf, findInvisible } from "../../src/words/invisible_text.ts";

Deno.test("what is drawn as nothing is found in a text, whatever is around it", () => {
  const invisible =
    "\u00ad\u034f\u115f\u1160\u17b4\u180e\u200b\u2060\u206a\u2800\u3164\ufe0f\ufeff\uffa0\ufffa\u{13430}\u{13441}" +
    "\u{16fe4}\u{1bca0}\u{1d159}\u{1d173}\u{e0041}\u{e0100}";
  for (const character of invisible) {
    for (const text of [character, `a${character}b`]) {
      assertEquals(findInvisible(text), character, codeOf(text));
    }
  }
});

Deno.test("what is drawn, and white space, is not found", () => {
  for (
    const text of [
      "",
      "web 1",
      "a\u00a0b\u3000",
      "r\u00e9gie",
      "\u65e5\u672c",
      "\u{1f600}",
      "\u{1d158}",
      "\u0600",
    ]
  ) {
    assertEquals(findInvisible(text), undefined, text);
  }
});

Deno.test("the code of a character has at least four digits", () => {
  assertEquals(["\u00ad", "\u{1d159}"].map(codeOf), ["U+00AD", "U+1D159"]);
});
