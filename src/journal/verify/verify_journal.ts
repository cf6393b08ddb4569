// Verifies the contents of a journal, in the order of positions.

import type { JournalContents, KeptEntry, Snapshot } from "../mod.ts";
import { type Proof, Verifier } from "./verifier.ts";
import { Violation } from "./violation.ts";

export interface VerifiedContents extends JournalContents {
  /** The snapshots after a position, in order. */
  snapshots(after: number): Iterable<Snapshot>;
  /** All entries of the audit, by position. */
  entriesByPosition(): Iterable<KeptEntry>;
}

/**
 * @param onViolation called with what was checked before it
 * @returns what was checked
 * @throws {Violation} the first one
 * @throws {JournalContentError}
 */
export function verifyJournal(contents: VerifiedContents, onViolation = (_: Proof) => {}): Proof {
  const base = firstBase(contents);
  const verifier = new Verifier(base);
  try {
    replay(contents, verifier, base?.position ?? -1);
  } catch (error) {
    if (error instanceof Violation) onViolation(verifier.proof);
    throw error;
  }
  return verifier.proof;
}

/** The snapshot from which all records are replayed: old ones are deleted up to one. */
function firstBase(contents: VerifiedContents): Snapshot | undefined {
  const [first] = contents.records(-1);
  return first === undefined ? contents.oldestSnapshot() : contents.snapshotAt(first.position - 1);
}

function replay(contents: VerifiedContents, verifier: Verifier, after: number): void {
  const snapshots = new Ahead(contents.snapshots(after));
  const entries = new Ahead(contents.entriesByPosition());
  const takeUntil = (position: number) => {
    for (let next = snapshots.takeUntil(position); next; next = snapshots.takeUntil(position)) {
      verifier.snapshot(next.position, next);
    }
    for (let next = entries.takeUntil(position); next; next = entries.takeUntil(position)) {
      verifier.entry(next);
    }
  };
  takeUntil(after);
  for (const { position, at, record } of contents.records(after)) {
    verifier.record(position, at, record);
    takeUntil(position);
  }
  takeUntil(Infinity);
}

/** An iterator that can look at the next item. */
class Ahead<Item extends { readonly position: number }> {
  readonly #items: Iterator<Item>;
  #next: IteratorResult<Item>;

  constructor(items: Iterable<Item>) {
    this.#items = items[Symbol.iterator]();
    this.#next = this.#items.next();
  }

  /** The next one, if it is at or before a position. */
  takeUntil(position: number): Item | undefined {
    const { done, value } = this.#next;
    if (done || value.position > position) return undefined;
    this.#next = this.#items.next();
    return value;
  }
}
