import { assertEquals } from "@std/assert";
import { LineEditor } from "../../../src/client/terminal/terminal_editor.ts";
import { FakeTerminal, KEY } from "./fake_terminal.ts";

Deno.test("a pasted line that is too long is dropped up to its end, and told; the next one is taken", async () => {
  const terminal = new FakeTerminal();
  const heard: string[] = [];
  const ended = Promise.withResolvers<void>();
  const editor: LineEditor = new LineEditor(terminal.input, 50, {
    onLine: (line) => heard.push(line),
    onTooLong: () => heard.push("too long"),
    onChange: () => assertEquals(editor.line.length <= 50, true, editor.line),
    onInterrupt: () => heard.push("interrupt"),
    onClearScreen() {},
    onEnd: ended.resolve,
    onCandidates() {},
    complete: (line) => [[], line],
  });
  const paste = "uptime ".repeat(10);
  terminal.type(paste);
  terminal.type(`${paste}reboot${KEY.enter}uptime${KEY.enter}`);
  // Given up in the middle of it: the rest is a line of its own.
  terminal.type(`${paste}${KEY.ctrlC}uptime -p${KEY.enter}`);
  terminal.endInput();
  await ended.promise;
  assertEquals(heard, ["too long", "uptime", "interrupt", "uptime -p"]);
  editor.close(true);
});
