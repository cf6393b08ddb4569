// Bounds of the files that both programs read. Each is far above any sensible file, so that a device or a wrong path
// cannot fill the memory.

import { KIBI, MEBI } from "./builders.ts";

const bounds = {
  configBytes: 4 * MEBI,
  /** Room for as many tokens as there may be, each with a long list of commands. */
  tokensBytes: 16 * MEBI,
  /** A certificate with its intermediate certificates, or a private key. */
  pemBytes: MEBI,
  /** The file of --ca: twice the size of the list that systems have. */
  caBytes: 512 * KIBI,
  /** A file that holds one token. */
  tokenBytes: 4 * KIBI,
  /** A file that holds the password or the key for NATS. */
  secretBytes: 4 * KIBI,
  /** Time limit for reading a regular file, on a network disk that is gone, and for a pipe without a writer. */
  readMs: 10_000,
  /** How long a pipe may bring nothing: its writer may have to ask another machine. */
  silenceMs: 60_000,
};

export type FileBounds = Readonly<typeof bounds>;

export const FILE_BOUNDS: FileBounds = Object.freeze(bounds);
