// The configuration file of a node: what a test sets, and the rest as for a busy machine.

export interface NodeToml {
  /** Keys without a table. */
  readonly top?: string;
  readonly session?: string;
  readonly limits?: string;
  readonly cluster?: string;
  readonly socket?: string;
  readonly replicas?: number;
}

export function nodeToml(toml: NodeToml): string {
  const { top = "", session = "", limits = "", cluster = "", socket = "", replicas = 1 } = toml;
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
replicas = ${replicas}
${cluster}
`;
}
