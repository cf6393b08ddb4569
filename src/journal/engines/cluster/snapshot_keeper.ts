// Keeps snapshots of the state, and deletes the records that they replace. The live node with the lowest name does it.

import { chainText, type ClusterRecord, type ClusterState } from "../../cluster/mod.ts";
import type { LogSnapshot } from "../nats/mod.ts";

const EVERY = 10_000;

export interface SnapshotKeeperPort {
  save(snapshot: LogSnapshot): Promise<void>;
  append(record: ClusterRecord): Promise<unknown>;
  /** Deletes the snapshot at this position, and the records up to it. */
  purge(position: number): Promise<void>;
}

export class SnapshotKeeper {
  readonly #port: SnapshotKeeperPort;
  readonly #every: number;
  #isBusy = false;

  constructor(port: SnapshotKeeperPort, every = EVERY) {
    this.#port = port;
    this.#every = every;
  }

  isDue({ position, nodes }: ClusterState, self: string): boolean {
    return !this.#isBusy && position % this.#every === 0 && nodes.placeOf(self) === 0;
  }

  /** @throws what the log throws */
  async keep(state: ClusterState): Promise<void> {
    this.#isBusy = true;
    try {
      // The state keeps changing while this is stored.
      const { position: at, chain } = state;
      const older = state.snapshots.at(-1);
      await this.#port.save({ position: at, state: JSON.stringify(state.toSnapshot()) });
      await this.#port.append({ kind: "snapped", at, chain: chainText(chain) });
      // A node that starts needs the newest snapshot. One that has just read the older snapshot needs the records after it.
      if (older !== undefined) await this.#port.purge(older.at);
    } finally {
      this.#isBusy = false;
    }
  }
}
