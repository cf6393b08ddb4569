// What a client may do in addition to what its rank allows: the part of a login token that the rest of the server uses.

export interface Rights {
  /** The commands that it may send; `undefined`: all commands of the allow-list. */
  readonly issue: ReadonlySet<string> | undefined;
  /** Whether commands are sent to it. */
  readonly execute: boolean;
  /** Whether it may see the roster. */
  readonly watch: boolean;
  /** Whether it may evict other members. */
  readonly evict: boolean;
}

/** The names of the allow-list that a client with these rights may send. */
export function mayIssue({ issue }: Rights, allowed: readonly string[]): string[] {
  return issue === undefined ? [...allowed] : allowed.filter((name) => issue.has(name));
}

/** Of a token that is not valid any more. */
export const NO_RIGHTS: Rights = Object.freeze({
  issue: new Set<string>(),
  execute: false,
  watch: false,
  evict: false,
});

/** The rights of every client of a server without tokens: everything but the operator's actions. */
export const RIGHTS_WITHOUT_TOKEN: Rights = Object.freeze({
  issue: undefined,
  execute: true,
  watch: true,
  evict: false,
});
