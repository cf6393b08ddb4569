// What a member may do beside holding its rank: the part of a token that the rest of the server looks at.

export interface Rights {
  /** The commands that it may send; `undefined`: all that the server knows. */
  readonly issue: ReadonlySet<string> | undefined;
  /** Whether it is sent commands. */
  readonly execute: boolean;
  /** Whether it may see who else is there. */
  readonly watch: boolean;
  /** Whether it may take another member's seat away. */
  readonly evict: boolean;
}

/** Those of the allowed commands that it may send, as it is told them. */
export function mayIssue({ issue }: Rights, allowed: readonly string[]): string[] {
  return issue === undefined ? [...allowed] : allowed.filter((name) => issue.has(name));
}

/** Where nobody is asked for a token: everything that a rank allows, and nothing that is the operator's. */
export const RIGHTS_WITHOUT_TOKEN: Rights = Object.freeze({
  issue: undefined,
  execute: true,
  watch: true,
  evict: false,
});
