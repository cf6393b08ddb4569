import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { visible } from "../../../../src/words/visible_text.ts";
import {
  type LiveView,
  NOTHING_PAINTED,
  type Painted,
  repaint,
} from "../../../../src/client/terminal/screen/screen_paint.ts";
import { COLOURED, PLAIN } from "../../../../src/client/output/screen_style.ts";
import { textWidth, wrapText } from "../../../../src/client/terminal/screen/screen_width.ts";
import { holds } from "../../../support/seed.ts";
import { VirtualScreen } from "./virtual_screen.ts";

const SIZE = { columns: 20, rows: 10 };

function view(line: string, more: Partial<LiveView> = {}): LiveView {
  return { status: [], prompt: "rank 0 of 2> ", line, cursor: line.length, ...more };
}

Deno.test("painting: a typed line, its cursor and the status above it", () => {
  const screen = new VirtualScreen(SIZE.columns, SIZE.rows);
  screen.write(
    repaint(NOTHING_PAINTED, ["hello"], view("abcdefghij", { status: ["3 of 12"], cursor: 2 }), SIZE, PLAIN)
      .text,
  );
  // Nineteen columns are used: the last one stays free.
  assertEquals(screen.text, ["hello", "3 of 12", "rank 0 of 2> abcdef", "ghij"]);
  assertEquals(screen.cursor, [2, 15]);
});

Deno.test("painting: a cursor behind the last column of a row stands where the next character will be seen", () => {
  const screen = new VirtualScreen(SIZE.columns, SIZE.rows);
  screen.write(repaint(NOTHING_PAINTED, [], view("abcdef"), SIZE, PLAIN).text);
  assertEquals(screen.cursor, [0, 19]);
});

Deno.test("painting: rows that a narrower terminal has folded are taken away with it", () => {
  const wide = repaint(NOTHING_PAINTED, [], view("abcdefghij", { status: ["s".repeat(30)] }), {
    columns: 40,
    rows: 10,
  }, PLAIN);
  const screen = new VirtualScreen(12, SIZE.rows);
  // What the terminal makes of 30 and 23 columns when it has twelve: three and two rows, the cursor in the last.
  screen.write(`before\r\n${"s".repeat(30)}\r\nrank 0 of 2> abcdefghij`);
  screen.write(repaint(wide.painted, [], undefined, { columns: 12, rows: 10 }, PLAIN).text);
  assertEquals(screen.text, ["before", ""]);
});

const anyView: fc.Arbitrary<LiveView> = fc.record({
  status: fc.array(fc.string({ unit: "grapheme", maxLength: 50 }), { maxLength: 2 }),
  prompt: fc.constantFrom("offline> ", "rank 0 of 2> ", "rank 12345 of 99999> "),
  line: fc.string({ unit: "grapheme", maxLength: 200 }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
}).map(({ share, ...drawn }) => {
  // Between two graphemes, as the editor has it.
  const graphemes = [...new Intl.Segmenter().segment(drawn.line)].map((one) => one.segment);
  return { ...drawn, cursor: graphemes.slice(0, Math.round(share * graphemes.length)).join("").length };
});

const anyStep = fc.record({
  above: fc.array(fc.constantFrom("a", "an event", "x".repeat(45)), { maxLength: 3 }),
  view: anyView,
});

Deno.test("painting: whatever came before, the screen holds the printed lines whole and the live part below", () => {
  const sizes = fc.record({
    columns: fc.integer({ min: 10, max: 60 }),
    rows: fc.integer({ min: 2, max: 12 }),
  });
  holds(fc.property(fc.array(anyStep, { minLength: 1, maxLength: 8 }), sizes, (steps, size) => {
    const screen = new VirtualScreen(size.columns, size.rows);
    let painted: Painted = NOTHING_PAINTED;
    const printed: string[] = [];
    for (const step of steps) {
      const next = repaint(painted, step.above, step.view, size, COLOURED);
      screen.write(next.text);
      painted = next.painted;
      printed.push(...step.above.flatMap((line) => wrapText(line, size.columns)));
      const live = screen.text.slice(printed.length);
      assertEquals(screen.text.slice(0, printed.length), printed);
      const whole = wrapText(step.view.prompt + visible(step.view.line), size.columns - 1).map((row) =>
        row.trimEnd()
      );
      if (whole.length + step.view.status.length < size.rows) {
        const rows = live.slice(step.view.status.length);
        assertEquals(rows, whole.slice(0, rows.length));
        assertEquals(whole.slice(rows.length).join(""), "");
      }
      // Even a line longer than the screen: the cursor is where its character is.
      const before = wrapText(
        step.view.prompt + visible(step.view.line.slice(0, step.view.cursor)),
        size.columns - 1,
      );
      assertEquals(screen.cursor[1], textWidth(before.at(-1)!));
    }
    screen.write(repaint(painted, [], undefined, size, COLOURED).text);
    assertEquals(screen.text, [...printed, ""]);
  }));
});
