// The argv of an executor's program with places for the arguments. No shell ever sees it: an argument fills its place
// as it is, stays one item, and can never become the program. Pure data, frozen once read.

/** `program` is kept apart from the items that may hold arguments: it is plain text by construction. */
export interface ArgvTemplate {
  readonly program: string;
  readonly items: readonly ArgvItem[];
}

export type ArgvItem =
  | { readonly type: "text"; readonly pieces: readonly ArgvPiece[] }
  /** Every argument from position `from` on, each an item of its own. */
  | { readonly type: "rest"; readonly from: number };

export type ArgvPiece =
  | { readonly type: "literal"; readonly text: string }
  | { readonly type: "argument"; readonly position: number };

/** The positions, from 0, of the arguments that an item of type "text" holds. */
export function positionsIn(pieces: readonly ArgvPiece[]): number[] {
  return pieces.flatMap((piece) => piece.type === "argument" ? [piece.position] : []);
}
