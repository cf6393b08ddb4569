// The configuration file of a node: what a test sets, and the rest as for a busy machine.

export interface NodeToml {
  /** Keys without a table. */
  readonly top?: string;
  readonly session?: string;
  readonly limits?: string;
  readonly cluster?: string;
  readonly socket?: string;
}

export function nodeToml(
  { top = "", session = "", limits = "", cluster = "", socket = "" }: NodeToml,
): string {
  return `${top}
[session]
${session}
[limits]
log_promotions = 0
${limits}
[log]
format = "json"
[control]
socket = "${socket}"
[cluster]
${cluster}
`;
}
