// What a journal can break. The names are those of docs/guarantees.md, and two of the journal's own.

import type { Position } from "../mod.ts";

/** `order`: no record is missing. `snapshot`: snapshots are the states that the records lead to. */
export type Guarantee = "G1" | "G2" | "G3" | "G4" | "G5" | "G7" | "G10" | "G11" | "order" | "snapshot";

export class Violation extends Error {
  override readonly name = "Violation";

  constructor(
    readonly guarantee: Guarantee,
    /** The first position at which it does not hold. */
    readonly position: Position,
    message: string,
  ) {
    super(message);
  }
}
