// Reads the server's own files again after the server has revoked its right to read. A worker keeps that right, for these
// files alone: whatever goes wrong where untrusted bytes are handled, no other file can be read.

import type { SocketFile } from "../../../control/mod.ts";
import type { ReadText, TextReader } from "../../shared/mod.ts";

export type OwnFilesRequest =
  | { readonly do: "read"; readonly path: string; readonly maxBytes: number }
  | { readonly do: "remove"; readonly file: SocketFile };

/** From the worker: that it is loaded, and then the answer to each request. */
export type OwnFilesMessage = "ready" | { readonly id: number; readonly answer: unknown };

export interface OwnFiles {
  /** Resolves when the right to read can be revoked: the worker has loaded its source, or has failed. */
  readonly ready: Promise<void>;
  /** Reads one of the files that were named at the start, if it is regular. */
  readonly read: TextReader;
  /** Removes the file of the control socket, unless another program has replaced it. */
  removeSocket(file: SocketFile): Promise<void>;
  close(): void;
}

/**
 * Starts the worker with some of the rights that this process has now. They no longer change after this returns.
 *
 * @param onFault called when the worker has failed; all requests fail from then on.
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
  let lastId = 0;
  let fault: string | undefined;
  const ready = Promise.withResolvers<void>();
  worker.onmessage = ({ data }: MessageEvent<OwnFilesMessage>) => {
    if (data === "ready") return ready.resolve();
    pending.get(data.id)?.resolve(data.answer);
    pending.delete(data.id);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    fault = `file reader failed: ${event.message}`;
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
        (error: Error) => ({ ok: false, reason: error.message }),
      ),
    removeSocket: (file) =>
      ask({ do: "remove", file }).then(() => {}, () => {/* onFault has reported it. */}),
    close: () => worker.terminate(),
  };
}
