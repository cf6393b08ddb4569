import { assertEquals } from "@std/assert";
import { LineEditor } from "../../../src/client/terminal/terminal_editor.ts";
import { FakeTerminal, KEY } from "./fake_terminal.ts";

/** An editor that writes down what it hears. */
function listening(terminal: FakeTerminal, maxLength = 50) {
  const heard: string[] = [];
  /** The line after each piece of input. */
  const lines: string[] = [];
  const ended = Promise.withResolvers<void>();
  const editor: LineEditor = new LineEditor(terminal.input, maxLength, {
    onLine: (line) => heard.push(line),
    onTooLong: () => heard.push("too long"),
    onDropped: (count) => heard.push(`${count} dropped`),
    onChange: () => {
      assertEquals(editor.line.length <= maxLength, true, editor.line);
      lines.push(editor.line);
    },
    onInterrupt: () => heard.push("interrupt"),
    onClearScreen() {},
    onEnd: ended.resolve,
    onCandidates() {},
    onTab() {},
  });
  return { editor, heard, lines, ended: ended.promise };
}

Deno.test("a pasted line that is too long is dropped up to its end, and told; the next one is taken", async () => {
  const terminal = new FakeTerminal();
  const { editor, heard, ended } = listening(terminal);
  const paste = "uptime ".repeat(10);
  terminal.type(paste);
  terminal.type(`${paste}reboot${KEY.enter}uptime${KEY.enter}`);
  // Given up in the middle of it: the rest is a line of its own.
  terminal.type(`${paste}${KEY.ctrlC}uptime -p${KEY.enter}`);
  terminal.endInput();
  await ended;
  assertEquals(heard, ["too long", "uptime", "interrupt", "uptime -p"]);
  editor.close(true);
});

Deno.test("a marked paste: one long line and those beyond the limit are dropped, and told", async () => {
  const terminal = new FakeTerminal();
  const { editor, heard, ended } = listening(terminal);
  terminal.paste(`a\n${"x".repeat(60)}\n${"b\n".repeat(1_002)}c`);
  terminal.type(KEY.enter);
  terminal.endInput();
  await ended;
  assertEquals(heard.slice(0, 3), ["too long", "3 dropped", "a"]);
  assertEquals([heard.length, heard.at(-2), heard.at(-1)], [1_003, "b", "c"]);
  editor.close(true);
});

Deno.test("a marked paste goes in at the cursor, wherever the terminal cuts it into pieces", async () => {
  const keys = `ac${KEY.left}\x1b[200~b\r\nx\x1b[201\r\ny\n\x1b[201~!${KEY.enter}d${KEY.enter}`;
  for (let cut = 1; cut < keys.length; cut++) {
    // Escape alone is a key.
    if (keys[cut - 1] === "\x1b") continue;
    const terminal = new FakeTerminal();
    const { editor, heard, ended } = listening(terminal);
    terminal.type(keys.slice(0, cut));
    terminal.type(keys.slice(cut));
    terminal.endInput();
    await ended;
    assertEquals(heard, ["ab", "x\x1b[201", "y!c", "d"], `cut at ${cut}`);
    editor.close(true);
  }
});

Deno.test("pasted lines are in the history one by one, the last one first", async () => {
  for (const enter of ["\r", "\n", "\r\n"]) {
    const terminal = new FakeTerminal();
    const { editor, heard, lines, ended } = listening(terminal);
    terminal.type(`typed${KEY.enter}`);
    terminal.paste("a\nb\n\nc");
    terminal.type(enter);
    // The end of a paste that ends its last line is no line of its own.
    terminal.paste("d\ne\n");
    terminal.type(enter);
    for (let n = 0; n < 6; n++) terminal.type(KEY.up);
    terminal.endInput();
    await ended;
    assertEquals(lines.slice(-6), ["e", "d", "c", "b", "a", "typed"], JSON.stringify(enter));
    assertEquals(heard, ["typed", "a", "b", "c", "d", "e"]);
    editor.close(true);
  }
});
