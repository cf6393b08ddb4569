// What the page needs of the server: the web part asks, and the server never calls it.

import type { Refusal } from "../../protocol/json_rpc/mod.ts";
import type { Evicted, EvictParams, ServerFigures } from "../../protocol/methods/mod.ts";
import type { Incoming } from "../../server/connection/mod.ts";
import type { Listed } from "../../server/operator/mod.ts";

/** Who acts on the page. */
export interface PageOperator {
  /** Of the token. */
  readonly name: string;
  /** Of the browser, or of the proxy in front of the server. */
  readonly ip: string;
  readonly port: number;
}

export interface WebHost {
  status(): ServerFigures;
  /** Copies. @param count of each list, from its beginning */
  list(count: number): Listed;
  evict(params: EvictParams, by: PageOperator): Evicted | Refusal | Promise<Evicted | Refusal>;
  /** Reads the configuration again; absent: there is nothing to reload. */
  readonly reload?: ((by: PageOperator) => void) | undefined;
  /** Stops the server gracefully. */
  drain(by: PageOperator): void;
  /** Takes a connection as the TCP port does. */
  accept(connection: Incoming): void;
}
