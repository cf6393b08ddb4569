// The rules of a command: which ranks may issue it, to how many executors, and with which arguments. Pure data, frozen once
// read from the server's configuration or the executor's own file.

/** One argument of a command, by position. */
export interface ArgumentRule {
  readonly name: string;
  readonly optional: boolean;
  /** Applies to all remaining arguments; only the last rule may have this. */
  readonly rest: boolean;
  readonly kind: ArgumentKind;
  /** As UTF-8; checked first. */
  readonly maxBytes: number;
}

export type ArgumentKind =
  | { readonly type: "any" }
  | { readonly type: "one_of"; readonly values: readonly string[] }
  | { readonly type: "integer"; readonly min: number; readonly max: number }
  | {
    readonly type: "pattern";
    readonly source: string;
    /** In instructions: up to so many steps are taken for each character of a text. */
    readonly size: number;
    readonly matchesWhole: (text: string) => boolean;
  };

/** A command of the allow-list. */
export interface CommandRule {
  readonly name: string;
  readonly description: string;
  /** `undefined`: any arguments within the limits for all commands. */
  readonly args: readonly ArgumentRule[] | undefined;
  /** The ranks 0 to `maxRank` may issue it. */
  readonly maxRank: number;
  readonly maxExecutors: number;
  /** How long the server waits for the executors, in ms. */
  readonly timeoutMs: number;
}
