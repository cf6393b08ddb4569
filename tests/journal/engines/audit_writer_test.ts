// The writer of the audit: when entries are written, and what becomes of those that cannot be.

import { assert, assertEquals } from "@std/assert";
import type { AuditEntry } from "../../../src/journal/audit.ts";
import { type AuditRow, AuditWriter } from "../../../src/journal/engines/audit_writer.ts";
import { FakeClock } from "../../support/fake_clock.ts";

class Audit {
  readonly clock = new FakeClock();
  readonly batches: AuditRow[][] = [];
  readonly said: string[] = [];
  pruned = 0;
  isFull = false;
  /** The records cannot be written. */
  isBehind = false;
  readonly writer = new AuditWriter({
    file: {
      writeAudit: (rows) => {
        if (this.isFull) throw new Error("database or disk is full");
        this.batches.push([...rows]);
      },
      prune: () => this.pruned++,
    },
    position: () => 7,
    commit: () => !this.isBehind,
    recordsArguments: true,
    wallClock: () => this.clock.now(),
    after: (ms, callback) => this.clock.after(ms, callback),
    onFailure: (message) => this.said.push(message),
    onRecovery: (lost) => this.said.push(`recovered, ${lost} lost`),
  });

  note(message: string, count?: number, position?: number): void {
    this.writer.note({ kind: "reload_failure", message }, position, count);
  }

  get rows(): AuditRow[] {
    return this.batches.flat();
  }

  /** What was written: messages, or kinds, with their counts. */
  get written(): (string | number)[][] {
    return this.rows.map(({ json }) => {
      const { kind, message = kind, count = 1 } = JSON.parse(json) as AuditEntry & {
        message?: string;
        count?: number;
      };
      return [message, count];
    });
  }
}

Deno.test("entries are written together, a second after the first; an idle server writes nothing", () => {
  const audit = new Audit();
  audit.note("a");
  audit.clock.advance(600);
  audit.note("b", 1, 5);
  audit.clock.advance(399);
  assertEquals(audit.batches, []);
  audit.clock.advance(1);
  assertEquals(audit.batches.length, 1);
  assertEquals(audit.rows.map(({ at, position }) => [at, position]), [[0, 7], [600, 5]]);
  assertEquals(audit.clock.timers, 0);
});

Deno.test("equal entries in a row are one, with a count", () => {
  const audit = new Audit();
  audit.note("a");
  audit.note("a", 4);
  audit.note("b");
  audit.note("a");
  audit.note("a", 1, 8);
  audit.writer.close();
  assertEquals(audit.written, [["a", 5], ["b", 1], ["a", 1], ["a", 1]]);
});

Deno.test("many entries are written in parts, with pauses between them, and old ones are deleted", () => {
  const audit = new Audit();
  for (let i = 0; i < 12_000; i++) audit.note(`${i}`);
  audit.clock.advance(1_000);
  assertEquals(audit.batches.map(({ length }) => length), [500]);
  audit.clock.advance(20);
  assertEquals(audit.batches.map(({ length }) => length), [500, 500]);
  for (let i = 0; i < 30; i++) audit.clock.advance(20);
  assertEquals(audit.written, Array.from({ length: 12_000 }, (_, i) => [`${i}`, 1]));
  assertEquals(audit.pruned, 2);
  const large = "x".repeat(300 * 1_024);
  for (let i = 0; i < 4; i++) audit.note(large + i);
  audit.clock.advance(1_000);
  assertEquals(audit.batches.at(-1)!.length, 2);
  audit.writer.close();
});

Deno.test("on a full disk, entries wait; nothing is lost as long as they fit", () => {
  const audit = new Audit();
  audit.isFull = true;
  audit.note("a");
  for (let i = 0; i < 5; i++) audit.clock.advance(1_000);
  audit.note("b");
  assertEquals(audit.said, ["database or disk is full"]);
  audit.isFull = false;
  audit.clock.advance(1_000);
  assertEquals(audit.written, [["a", 1], ["b", 1]]);
  assertEquals(audit.said, ["database or disk is full", "recovered, 0 lost"]);
  assertEquals(audit.clock.timers, 0);
});

Deno.test("no entry is written before the records that it belongs to", () => {
  const audit = new Audit();
  audit.isBehind = true;
  audit.note("a");
  audit.clock.advance(1_000);
  assertEquals([audit.written, audit.said], [[], ["the journal cannot be written"]]);
  audit.isBehind = false;
  audit.clock.advance(1_000);
  assertEquals(audit.written, [["a", 1]]);
});

Deno.test("entries that do not fit are counted, reported once, and recorded as a gap", () => {
  const audit = new Audit();
  audit.isFull = true;
  const large = "x".repeat(1_024 * 1_024);
  for (let i = 0; i < 20; i++) audit.note(large + i);
  audit.clock.advance(1_000);
  // A small one would fit, but the gap is to have one place.
  audit.note("small", 3);
  audit.isFull = false;
  for (let i = 0; i < 300; i++) audit.clock.advance(20);
  const kept = audit.rows.length - 1;
  assert(kept >= 7 && kept <= 8, `${kept}`);
  assertEquals(audit.written.at(-1), ["lost", 23 - kept]);
  assertEquals(audit.said, ["more entries than can be written", `recovered, ${23 - kept} lost`]);
  audit.note("later");
  audit.writer.close();
  assertEquals(audit.written.at(-1), ["later", 1]);
  assertEquals(audit.clock.timers, 0);
});

Deno.test("a server that stops writes the waiting entries; on a full disk it reports the number of lost ones, and leaves no timer", () => {
  const audit = new Audit();
  for (let i = 0; i < 1_200; i++) audit.note(`${i}`);
  audit.writer.close();
  assertEquals(audit.rows.length, 1_200);
  const full = new Audit();
  full.isFull = true;
  full.note("a", 3);
  full.note("b");
  full.writer.close();
  assertEquals(full.said, ["database or disk is full", "recovered, 4 lost"]);
  assertEquals([audit.clock.timers, full.clock.timers], [0, 0]);
});
