// A request and its answer, as the routes see them.

import type { Incoming } from "../../server/connection/mod.ts";
import type { RequestHead } from "./request_head.ts";

export interface WebRequest extends Pick<RequestHead, "method" | "path" | "headers"> {
  /** Of the client, or of the proxy in front of the server. */
  readonly ip: string;
  readonly port: number;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** With `take`, the connection belongs to that from when the head has been sent, with the bytes that were read already. */
export interface WebResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array | undefined;
  readonly take?: ((connection: Incoming, read: Uint8Array) => void) | undefined;
}
