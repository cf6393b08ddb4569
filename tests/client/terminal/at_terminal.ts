// One session at one terminal, both made up, for the time of one test.

import { assert, assertEquals } from "@std/assert";
import { runTerminal } from "../../../src/client/terminal/terminal.ts";
import { FakeSession } from "./fake_session.ts";
import { FakeTerminal } from "./fake_terminal.ts";

/** Runs the driver until the test is through, then leaves and sees that the terminal was given back. */
export async function atTerminal(
  test: (parts: { session: FakeSession; terminal: FakeTerminal; ended: Promise<number> }) => Promise<void>,
  options: ConstructorParameters<typeof FakeTerminal>[0] = {},
): Promise<void> {
  const session = new FakeSession();
  const terminal = new FakeTerminal(options);
  const ended = runTerminal(session, terminal);
  try {
    await terminal.untilPrompt("rank 1 of 4>");
    assert(terminal.isRaw);
    await test({ session, terminal, ended });
  } finally {
    terminal.stop();
    await ended;
    await session.close();
  }
  assert(!terminal.isRaw, "the terminal was left in raw mode");
  assertEquals([terminal.resizeListeners, terminal.screen.modes.size], [0, 0]);
  // The live part was once painted again by what ended after the driver had let go.
  await new Promise((resolve) => setImmediate(resolve));
  assertEquals(terminal.screen.text.at(-1), "");
}
