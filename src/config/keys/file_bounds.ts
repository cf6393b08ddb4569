// Bounds of the files that the two programs read. Each is far above any sensible file, and keeps a device or a wrong path
// from filling the memory.

import { KIBI, MEBI } from "./builders.ts";

const bounds = {
  configBytes: 4 * MEBI,
  /** Room for as many tokens as there may be, each with a long list of commands. */
  tokensBytes: 16 * MEBI,
  /** A certificate with those between it and its authority, or a private key. */
  pemBytes: MEBI,
  /** The file of --ca: twice the list that systems have. */
  caBytes: 512 * KIBI,
  /** A token and nothing else. */
  tokenBytes: 4 * KIBI,
  /** How long one file may take: a pipe whose other end says nothing, a network disk that is gone. */
  readMs: 10_000,
};

export type FileBounds = Readonly<typeof bounds>;

export const FILE_BOUNDS: FileBounds = Object.freeze(bounds);
