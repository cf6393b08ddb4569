// The server's own files, after it has given up the right to read: a worker has kept it, for these files alone and for
// nothing else, so that whatever goes wrong where strangers' bytes are handled, no other file can be read there.

import type { SocketFile } from "../../../control/mod.ts";
import { type OwnFilesRequest, READY_ID } from "./own_files_request.ts";
import type { ReadText, TextReader } from "../../shared/mod.ts";

export interface OwnFiles {
  /** Resolves when the right to read can be given up: the worker has read its own source, or never will. */
  readonly ready: Promise<void>;
  /** Reads one of the files that were named at the start, if it is a regular file. */
  readonly read: TextReader;
  /** Removes the file of the control socket, unless another program has put its own there. */
  removeSocket(file: SocketFile): Promise<void>;
  close(): void;
}

/**
 * Starts the worker with a part of the rights that this process still has. Those it gets are fixed when this returns.
 *
 * @param paths absolute.
 * @param onFault called when the worker has failed, and then everything that is asked of it does.
 */
export function startOwnFiles(
  { files, sockets }: { readonly files: readonly string[]; readonly sockets: readonly string[] },
  onFault: (message: string) => void,
): OwnFiles {
  const worker = new Worker(new URL("./own_files_worker.ts", import.meta.url), {
    type: "module",
    name: "own files",
    deno: {
      permissions: {
        read: [...files, ...sockets],
        write: [...sockets],
        net: false,
        env: false,
        run: false,
        ffi: false,
        sys: false,
        import: false,
      },
    },
  });
  const pending = new Map<number, PromiseWithResolvers<unknown>>();
  let lastId = READY_ID;
  let fault: string | undefined;
  const ready = Promise.withResolvers<void>();
  worker.onmessage = ({ data: { id, answer } }) => {
    if (id === READY_ID) ready.resolve();
    pending.get(id)?.resolve(answer);
    pending.delete(id);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    fault = `the reader of files failed: ${event.message}`;
    onFault(fault);
    ready.resolve();
    for (const { reject } of pending.values()) reject(new Error(fault));
    pending.clear();
  };
  const ask = (request: OwnFilesRequest): Promise<unknown> => {
    if (fault !== undefined) return Promise.reject(new Error(fault));
    const waiting = Promise.withResolvers<unknown>();
    pending.set(++lastId, waiting);
    worker.postMessage({ id: lastId, request });
    return waiting.promise;
  };
  return {
    ready: ready.promise,
    read: (path, maxBytes) =>
      ask({ do: "read", path, maxBytes }).then(
        (answer) => answer as ReadText,
        (error: Error) => ({ ok: false, why: error.message }),
      ),
    removeSocket: (file) => ask({ do: "remove", file }).then(() => {}, () => {/* Told by onFault. */}),
    close: () => worker.terminate(),
  };
}
