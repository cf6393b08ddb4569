/**
 * The client library for Node, which has other sockets than Deno. The npm package is built from here; everything else is
 * the same as in `src/client/mod.ts`.
 *
 * @module
 */

export * from "../../../src/client/mod.ts";
export { openClient } from "./open_client.ts";
