// The picture in the README: it is what the script draws.

import { assert, assertEquals } from "@std/assert";
import { drawRanks } from "../../tools/ranks_svg.ts";

const PICTURE = new URL("../../docs/ranks.svg", import.meta.url);

Deno.test("docs/ranks.svg is what `deno task picture` draws", async () => {
  const formatter = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "svg", "-"],
    cwd: new URL(".", PICTURE).pathname,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const input = formatter.stdin.getWriter();
  await input.write(new TextEncoder().encode(drawRanks()));
  await input.close();
  const { success, stdout } = await formatter.output();
  assert(success, "deno fmt failed");
  assertEquals(await Deno.readTextFile(PICTURE), new TextDecoder().decode(stdout));
});

Deno.test("the picture has no background, and no colour that is lost on a light or a dark page", () => {
  const colours = new Set([...drawRanks().matchAll(/#[0-9a-f]{6}/g)].map(([colour]) => colour));
  assert(colours.size > 1);
  for (const colour of colours) {
    for (const page of ["#ffffff", "#0d1117"]) {
      assert(contrast(colour, page) >= 3, `${colour} on ${page}: ${contrast(colour, page)}`);
    }
  }
});

/** The contrast ratio of WCAG 2: 3 or more is readable for large text and lines. */
function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
