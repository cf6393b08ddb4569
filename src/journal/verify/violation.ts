// A violation of a guarantee. The names are those of docs/guarantees.md, and two for the journal itself.

import type { Position } from "../mod.ts";

/** `order`: no record is missing. `snapshot`: each snapshot is the state after the records before it. */
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
