// A node with its supervisor, which starts it again.

import type { Machine } from "../world/machine.ts";
import { randomStream } from "../world/random_stream.ts";
import type { Random } from "../../support/random.ts";
import type { LogWorld } from "./log_world.ts";
import { NodeLife } from "./node_life.ts";

const START_MS = 60;

export class NodeActor {
  readonly machine: Machine;
  readonly index: number;
  readonly #world: LogWorld;
  readonly #random: Random;
  life: NodeLife | undefined;
  #isRetired = false;

  constructor(world: LogWorld, machine: Machine, index: number) {
    this.#world = world;
    this.machine = machine;
    this.index = index;
    this.#random = randomStream(world.scenario.seed, `supervisor of ${machine.name}`);
  }

  get isDead(): boolean {
    return this.life === undefined || this.life.process.state === "dead";
  }

  start(): void {
    if (this.#isRetired || !this.isDead) return;
    const process = this.machine.spawn({ kind: "server", name: this.machine.name });
    const life = new NodeLife(this.#world, this.index, process);
    this.life = life;
    process.whenDead.push(({ code, signal }) => {
      this.#world.trace.note(this.machine.name, `ended: ${signal ?? `exit code ${code}`}`);
      const restartMs = this.#world.scenario.restartMs * (0.5 + this.#random.next());
      this.#world.scheduler.after(restartMs, () => this.start());
    });
    process.after(START_MS * (0.5 + this.#random.next()), () => void life.run());
  }

  retire(): void {
    this.#isRetired = true;
    if (!this.isDead) this.life!.process.signal("SIGTERM");
  }
}
