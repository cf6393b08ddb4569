// The argv of an executor's program with placeholders for the arguments. No shell is involved: an argument replaces its
// placeholder unchanged, stays one item, and can never become the program. Pure data, frozen once read.

/** `program` is separate from the items that may contain arguments, so that it is always literal text. */
export interface ArgvTemplate {
  readonly program: string;
  readonly items: readonly ArgvItem[];
}

export type ArgvItem =
  | { readonly type: "text"; readonly pieces: readonly ArgvPiece[] }
  /** Every argument from position `from` on, each as a separate item. */
  | { readonly type: "rest"; readonly from: number };

export type ArgvPiece =
  | { readonly type: "literal"; readonly text: string }
  | { readonly type: "argument"; readonly position: number };

/** The positions, from 0, of the arguments in an item of type "text". */
export function positionsIn(pieces: readonly ArgvPiece[]): number[] {
  return pieces.flatMap((piece) => piece.type === "argument" ? [piece.position] : []);
}
