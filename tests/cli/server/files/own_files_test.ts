// The worker that may still read the server's own files: it reads only those that were named at the start.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { startOwnFiles } from "../../../../src/cli/server/files/own_files.ts";
import { openControlSocket } from "../../../../src/control/control_socket.ts";

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "rankserver-own-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function fail(message: string): never {
  throw new Error(message);
}

Deno.test("it reads the files that were named at the start, with their mode, and no other one", () =>
  withFolder(async (folder) => {
    const known = join(folder, "server.toml");
    const other = join(folder, "other.toml");
    for (const path of [known, other]) await Deno.writeTextFile(path, "port = 1\n", { mode: 0o600 });
    const own = startOwnFiles({ files: [known], sockets: [] }, fail);
    await own.ready;
    const uid = (await Deno.stat(known)).uid ?? undefined;
    const file = { text: "port = 1\n", fault: undefined, mode: 0o600, uid, isReadOnce: false };
    assertEquals(await own.read(known, 9), { ok: true, ...file });
    const refused = await own.read(other, 9);
    assert(!refused.ok);
    assertStringIncludes(refused.reason, "Requires read access");
    await Deno.remove(known);
    assertEquals(await own.read(known, 9), { ok: false, reason: "there is no such file", isMissing: true });
    await Deno.mkdir(known);
    assertEquals(await own.read(known, 9), { ok: false, reason: "it is a directory" });
    own.close();
  }));

Deno.test("it follows a link that leads elsewhere now, as certificates are often renewed", () =>
  withFolder(async (folder) => {
    for (const round of ["1", "2"]) {
      await Deno.mkdir(join(folder, round));
      await Deno.writeTextFile(join(folder, round, "cert.pem"), round);
    }
    await Deno.symlink("1", join(folder, "current"));
    await Deno.symlink("current/cert.pem", join(folder, "cert.pem"));
    const own = startOwnFiles({ files: [join(folder, "cert.pem")], sockets: [] }, fail);
    const text = async () => {
      const read = await own.read(join(folder, "cert.pem"), 1_000);
      return read.ok ? read.text : read.reason;
    };
    assertEquals(await text(), "1");
    await Deno.symlink("2", join(folder, "next"));
    await Deno.rename(join(folder, "next"), join(folder, "current"));
    assertEquals(await text(), "2");
    own.close();
  }));

Deno.test("it refuses a pipe, a device and a file without an end, and goes on reading", () =>
  withFolder(async (folder) => {
    const path = join(folder, "tokens.toml");
    const own = startOwnFiles({ files: [path], sockets: [] }, fail);
    await own.ready;
    const replaceBy = async (make: () => Promise<unknown>) => {
      await Deno.remove(path).catch(() => {});
      await make();
      const read = await own.read(path, 9);
      return read.ok ? read.text : read.reason;
    };
    const pipe = () => new Deno.Command("mkfifo", { args: [path] }).output();
    for (const _ of ["once", "and again"]) {
      assertEquals(await replaceBy(pipe), "it is a pipe and not a regular file");
      assertEquals(
        await replaceBy(() => Deno.symlink("/dev/zero", path)),
        "it is a device and not a regular file",
      );
      assertEquals(await replaceBy(() => Deno.writeTextFile(path, "0123456789")), "it has more than 9 bytes");
      assertEquals(await replaceBy(() => Deno.writeTextFile(path, "right")), "right");
    }
    own.close();
  }));

Deno.test("it removes the file of a control socket, and leaves another one that has its place by now", () =>
  withFolder(async (folder) => {
    const path = join(folder, "control");
    const own = startOwnFiles({ files: [], sockets: [path] }, fail);
    for (const isReplaced of [false, true]) {
      const opened = await openControlSocket(path);
      assert(opened.ok);
      if (isReplaced) {
        await Deno.remove(path);
        await Deno.writeTextFile(path, "of another user");
      }
      await own.removeSocket(opened.socket.file);
      opened.socket.listener.close();
      const left = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
      assertEquals(left, isReplaced ? ["control"] : []);
    }
    own.close();
  }));
