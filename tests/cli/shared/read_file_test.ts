// Whatever is in place of a file, reading it ends, with a message.

import { assert, assertEquals } from "@std/assert";
import { readRegularText, readText } from "../../../src/cli/shared/read_file.ts";

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "rank-files-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function makePipe(path: string): Promise<void> {
  assert((await new Deno.Command("mkfifo", { args: [path] }).output()).success);
}

async function whyNot(read: typeof readText, path: string, maxBytes = 1_000): Promise<string> {
  const result = await read(path, maxBytes);
  return result.ok ? "read" : result.reason;
}

Deno.test("a file is read with its mode and its owner, up to its last byte", () =>
  withFolder(async (folder) => {
    const path = `${folder}/file`;
    for (const length of [0, 1, 65_535, 65_536, 65_537, 200_000]) {
      const text = "ü".repeat(length / 2) + "x".repeat(length % 2);
      await Deno.writeTextFile(path, text);
      await Deno.chmod(path, 0o640);
      const { uid } = await Deno.stat(path);
      for (const read of [readText, readRegularText]) {
        const access = { mode: 0o640, uid: uid ?? undefined };
        assertEquals(await read(path, length), {
          ok: true,
          ...{ text, fault: undefined, isReadOnce: false },
          ...access,
        });
        if (length > 0) {
          assertEquals(await whyNot(read, path, length - 1), `it has more than ${length - 1} bytes`);
        }
      }
    }
    assertEquals(await readText(`${folder}/none`, 9), {
      ok: false,
      reason: "there is no such file",
      isMissing: true,
    });
  }));

Deno.test("a folder, a device, a pipe and a socket are no regular files", () =>
  withFolder(async (folder) => {
    await makePipe(`${folder}/pipe`);
    using _listener = Deno.listen({ transport: "unix", path: `${folder}/socket` });
    assertEquals(await whyNot(readRegularText, folder), "it is a directory");
    assertEquals(await whyNot(readRegularText, "/dev/zero"), "it is a device and not a regular file");
    assertEquals(await whyNot(readRegularText, `${folder}/pipe`), "it is a pipe and not a regular file");
    assertEquals(await whyNot(readRegularText, `${folder}/socket`), "it is a socket and not a regular file");
    assertEquals(await whyNot(readText, folder), "it is a directory");
    assert(await whyNot(readText, `${folder}/socket`) !== "read");
  }));

Deno.test("a device without an end is read up to the limit", async () => {
  assertEquals(await whyNot(readText, "/dev/zero", 1_000_000), "it has more than 1000000 bytes");
  assertEquals(await whyNot(readText, "/dev/null"), "read");
});

Deno.test("a pipe is read to its end, in however many pieces it comes", () =>
  withFolder(async (folder) => {
    const path = `${folder}/pipe`;
    await makePipe(path);
    const reading = readText(path, 1_000_000);
    const writer = await Deno.open(path, { write: true });
    for (const piece of ["port ", "= 1\n", "x".repeat(100_000)]) {
      await writer.write(new TextEncoder().encode(piece));
    }
    writer.close();
    const read = await reading;
    assertEquals(read.ok && read.text, `port = 1\n${"x".repeat(100_000)}`);
  }));

Deno.test({
  name: "reading a pipe without a writer ends",
  // What waits in the system goes on waiting until it gets what it waits for, and that may take longer than the test.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    withFolder(async (folder) => {
      const path = `${folder}/pipe`;
      await makePipe(path);
      const result = await readText(path, 1_000, { readMs: 50, silenceMs: 60_000 });
      assert(!result.ok);
      assertEquals(
        result.reason,
        "it is a pipe, and no program opened its other end for writing within 0.05 s",
      );
      (await Deno.open(path, { write: true })).close();
    }),
});

Deno.test({
  name: "a pipe is read to its end however slow its writer is, and a writer that stops is reported",
  // What was given up goes on waiting in the system until the other end is closed.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    withFolder(async (folder) => {
      const [path, other] = [`${folder}/pipe`, `${folder}/other`];
      for (const one of [path, other]) await makePipe(one);
      const readMs = 50;
      // Opening it for both never waits, so both ends are open.
      const writer = await Deno.open(path, { read: true, write: true });
      const slow = readText(path, 1_000, { readMs, silenceMs: 60_000 });
      // By the time that this one is given up, the first has taken longer than a regular file may.
      assert(!(await readText(other, 1_000, { readMs, silenceMs: 60_000 })).ok);
      const end = await Deno.open(path, { write: true });
      writer.close();
      await end.write(new TextEncoder().encode("port = 1\n"));
      end.close();
      const read = await slow;
      assertEquals([read.ok && read.text, read.ok && read.isReadOnce], ["port = 1\n", true]);

      const silent = await Deno.open(path, { read: true, write: true });
      const result = await readText(path, 1_000, { readMs: 60_000, silenceMs: 50 });
      assertEquals(
        !result.ok && result.reason,
        "the program at the other end of the pipe did not write or close it within 0.05 s",
      );
      silent.close();
      (await Deno.open(other, { read: true, write: true })).close();
    }),
});
