// Names of streams and subjects of a ranking.

export interface LogNames {
  readonly stream: string;
  /** Records are published here, */
  readonly log: string;
  /** and the server publishes them here again, once they are in the stream. */
  readonly tail: string;
  readonly snapshotStream: string;
  readonly snapshots: string;
  readonly head: string;
  chunk(position: number, index: number): string;
  /** All chunks of a snapshot. */
  chunks(position: number): string;
  /** Messages to a node. */
  node(id: string): string;
}

/** @param name of the ranking: letters, digits, "_" and "-" */
export function namesOf(name: string): LogNames {
  const subject = `rank.${name}`;
  return {
    stream: `RANK_${name}`,
    log: `${subject}.log`,
    tail: `${subject}.tail`,
    snapshotStream: `RANKSNAP_${name}`,
    snapshots: `${subject}.snap.>`,
    head: `${subject}.snap.head`,
    chunk: (position, index) => `${subject}.snap.c.${position}.${index}`,
    chunks: (position) => `${subject}.snap.c.${position}.*`,
    node: (id) => `${subject}.node.${id}`,
  };
}
