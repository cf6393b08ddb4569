// The mark beside a store that lacks something: what it is worth over a restart, and that no other file is touched.

import { assertEquals, assertThrows } from "@std/assert";
import { DirtyMarker } from "../../../src/server/seats/dirty_marker.ts";

class Folder implements Disposable {
  readonly path = Deno.makeTempDirSync();
  readonly store = `${this.path}/seats.db`;
  readonly mark = `${this.store}.behind`;

  /** What the next start finds. */
  isSet(isNewStore = false): boolean {
    using mark = new DirtyMarker(this.store, isNewStore);
    return mark.isSet;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

Deno.test("the mark is clear beside a new store, and as it was left from then on", () => {
  using folder = new Folder();
  assertEquals([folder.isSet(true), folder.isSet()], [false, false]);
  for (const _ of ["set", "set again"]) {
    using mark = new DirtyMarker(folder.store, false);
    assertEquals([mark.set(), mark.isSet], [undefined, true]);
  }
  assertEquals(folder.isSet(), true);
  {
    using mark = new DirtyMarker(folder.store, false);
    mark.clear();
    assertEquals(mark.isSet, false);
  }
  assertEquals(folder.isSet(), false);
});

Deno.test("setting the mark changes bytes that are there, in the file that is open, and adds none", () => {
  using folder = new Folder();
  using mark = new DirtyMarker(folder.store, true);
  const before = Deno.statSync(folder.mark);
  mark.set();
  const after = Deno.statSync(folder.mark);
  assertEquals([after.ino, after.size, after.blocks], [before.ino, before.size, before.blocks]);
  assertEquals(before.size > 0, true);
});

Deno.test("a mark that is missing beside a store that is not new counts as set, and so does one that was never filled", () => {
  using folder = new Folder();
  assertEquals(folder.isSet(), true);
  for (const text of ["", "0", "0 is written", "1"]) {
    Deno.writeTextFileSync(folder.mark, text);
    assertEquals([folder.isSet(), folder.isSet()], [true, true], text);
    using mark = new DirtyMarker(folder.store, false);
    mark.clear();
    assertEquals(folder.isSet(), false, text);
  }
});

Deno.test("G12: a file, a link, a pipe or a folder in the place of the mark is refused and left alone", () => {
  using folder = new Folder();
  const other = `${folder.path}/other`;
  const makers: readonly ((path: string) => void)[] = [
    (path) => Deno.writeTextFileSync(path, "precious"),
    (path) => Deno.writeTextFileSync(path, "0 bytes are free"),
    (path) => Deno.symlinkSync(other, path),
    (path) => Deno.symlinkSync(`${folder.path}/nowhere`, path),
    (path) => Deno.mkdirSync(path),
    (path) => void new Deno.Command("mkfifo", { args: [path] }).outputSync(),
  ];
  for (const make of makers) {
    Deno.writeTextFileSync(other, "precious");
    make(folder.mark);
    const before = Deno.lstatSync(folder.mark);
    for (const isNewStore of [true, false]) {
      assertThrows(() => new DirtyMarker(folder.store, isNewStore), Error, "move it elsewhere");
    }
    assertEquals(Deno.lstatSync(folder.mark).size, before.size);
    assertEquals(Deno.readTextFileSync(other), "precious");
    Deno.removeSync(folder.mark);
  }
});
