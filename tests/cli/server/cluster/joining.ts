// Joins a cluster as rankserver does, without the server itself.

import { openCluster, type OpenedCluster } from "../../../../src/cli/server/cluster/mod.ts";
import { loadServerConfig, type TokenEntry } from "../../../../src/config/mod.ts";
import type { SharedJournal } from "../../../../src/journal/engines/mod.ts";
import type { ServerEvent } from "../../../../src/log/mod.ts";
import { DENO_CLOCK } from "../../../../src/time/mod.ts";
import { Arrivals } from "../../../support/server/arrivals.ts";

const CLOCK = { now: () => performance.now(), after: DENO_CLOCK.after };
const ADDRESS: Deno.NetAddr = { transport: "tcp", hostname: "10.0.0.1", port: 6001 };

/** @param text of the table [cluster], and of what follows it */
export function configOf(server: string, text = "") {
  return loadServerConfig({
    file: { path: "s.toml", text: `[cluster]\nservers = ["${server}"]\nname = "test"\nnode = "a"\n${text}` },
  });
}

export class Joining implements AsyncDisposable {
  readonly events = new Arrivals<ServerEvent>("log events");
  readonly stop = new AbortController();
  readonly #config: ReturnType<typeof configOf>;
  #cluster: OpenedCluster | undefined;
  #journal: SharedJournal<undefined> | undefined;
  #announce = () => {};

  constructor(server: string, text = "") {
    this.#config = configOf(server, text);
  }

  async open(): Promise<OpenedCluster> {
    const report = (event: ServerEvent) => this.events.push(event);
    this.#cluster = await openCluster(await this.#config, CLOCK, report, this.stop.signal);
    return this.#cluster;
  }

  async join(tokens?: readonly TokenEntry[]): Promise<SharedJournal<undefined>> {
    return await this.joinOpened(await this.open(), tokens);
  }

  async joinOpened(
    cluster: OpenedCluster,
    tokens?: readonly TokenEntry[],
  ): Promise<SharedJournal<undefined>> {
    const joined = await cluster.join({ address: ADDRESS, tokens, placeholder: undefined });
    this.#journal = joined.journal;
    this.#announce = joined.announce;
    return this.#journal;
  }

  /** Joins, with a listener that does nothing. */
  async listen(tokens?: readonly TokenEntry[]): Promise<SharedJournal<undefined>> {
    const journal = await this.join(tokens);
    journal.listen({
      has: () => false,
      applied: () => {},
      replaced: () => {},
      suspended: () => {},
      failed: () => {},
    });
    this.#announce();
    return journal;
  }

  async event<Kind extends ServerEvent["event"]>(
    kind: Kind,
  ): Promise<Extract<ServerEvent, { readonly event: Kind }>> {
    const event = await this.events.next((event) => event.event === kind, 30_000);
    return event as Extract<ServerEvent, { readonly event: Kind }>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#journal?.stop();
    await this.#cluster?.[Symbol.asyncDispose]();
  }
}
