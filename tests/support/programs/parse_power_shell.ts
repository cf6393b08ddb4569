// A program for the tests, because reading the grammar from its package needs --unstable-raw-imports: parses a script of
// PowerShell on standard input, and prints its first mistake.

import { Language, Parser } from "web-tree-sitter";
// Installs the package: the file of its grammar is imported later.
import grammar from "tree-sitter-powershell/package.json" with { type: "json" };

const { default: wasm } = await import(`${grammar.name}/tree-sitter-powershell.wasm`, {
  with: { type: "bytes" },
});
await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(wasm));
const text = await new Response(Deno.stdin.readable).text();
const root = parser.parse(text)!.rootNode;
const mistake = root.descendantsOfType("ERROR")[0];
if (root.hasError) {
  console.log(`mistake in line ${(mistake?.startPosition.row ?? 0) + 1}: ${mistake?.text.slice(0, 200)}`);
}
