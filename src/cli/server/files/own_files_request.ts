// What is asked of the worker behind own_files.ts. Each request has an id, from 1; the answer has the same one.

import type { SocketFile } from "../../../control/mod.ts";

/** The id of the worker's first message: it is loaded. */
export const READY_ID = 0;

export type OwnFilesRequest =
  | { readonly do: "read"; readonly path: string; readonly maxBytes: number }
  | { readonly do: "remove"; readonly file: SocketFile };
