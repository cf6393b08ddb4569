// The rules a command carries: who may issue it, to how many, with which arguments. Pure data, frozen once read; both
// the server's configuration and the executor's own file are turned into this shape.

/** One argument of a command, by position. */
export interface ArgumentRule {
  readonly name: string;
  readonly optional: boolean;
  /** Takes every remaining argument; only the last rule may. */
  readonly rest: boolean;
  readonly kind: ArgumentKind;
  /** Longest accepted argument, in UTF-16 code units; checked before anything else looks at the text. */
  readonly maxLength: number;
}

export type ArgumentKind =
  | { readonly type: "any" }
  | { readonly type: "one_of"; readonly values: readonly string[] }
  | { readonly type: "integer"; readonly min: number; readonly max: number }
  | { readonly type: "pattern"; readonly source: string; readonly matchesWhole: (text: string) => boolean };

/** An allow-listed command as the server knows it. */
export interface CommandRule {
  readonly name: string;
  readonly description: string;
  /** `undefined`: any arguments, bounded in number and length by the limits. */
  readonly args: readonly ArgumentRule[] | undefined;
  /** Only ranks 0..maxRank may issue it. */
  readonly maxRank: number;
  readonly maxExecutors: number;
  /** How long the server waits for its executors, in ms. */
  readonly timeoutMs: number;
}
