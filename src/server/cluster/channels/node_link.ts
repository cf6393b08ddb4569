// Transports packets between servers: NATS, or the fake of a test. Packets may be lost, duplicated, delayed or reordered.

export interface NodeLink {
  /** The bytes must not be changed afterwards. */
  publish(node: string, bytes: Uint8Array): void;
  /** The packets that are sent to this node. The result ends it. */
  subscribe(node: string, listener: (bytes: Uint8Array) => void): () => void;
}
