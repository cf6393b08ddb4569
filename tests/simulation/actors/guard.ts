// A guard as a simulated process: the product's own guard with simulated pipes, signals and programs.

import { Guard } from "../../../src/client/lead/guard/guard.ts";
import type { GuardChild } from "../../../src/client/lead/guard/guard_process.ts";
import { encodeMessage, type GuardOrder, parseOrder } from "../../../src/client/lead/guard/guard_messages.ts";
import { releaseSeat } from "../../../src/client/connection/release_seat.ts";
import { CLIENT_BOUNDS } from "../../../src/config/keys/client_bounds.ts";
import { LineFramer } from "../../../src/protocol/wire/mod.ts";
import { randomStream } from "../world/random_stream.ts";
import { SimPipe } from "../world/pipe.ts";
import type { SimProcess } from "../world/process.ts";
import { startProgram } from "./program.ts";
import { connectionSystem, signalSystem, type World } from "./world.ts";

/** The longest time to load the executable, in ms. */
const START_MS = 100;
const MAX_ORDER_BYTES = 1024 * 1024;
const STOP_SIGNALS: readonly string[] = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"];

export interface GuardSpawn {
  readonly process: SimProcess;
  readonly child: GuardChild;
  /** Whether it has not begun to take orders. */
  readonly isStarting: boolean;
}

/** Starts a guard. `onStart` is called when it has started a program, before it reports that. */
export function spawnGuard(
  world: World,
  client: SimProcess,
  onStart: (guard: SimProcess) => void,
): GuardSpawn {
  const process = client.machine.spawn({ kind: "guard", name: `guard of ${client.name}`, parent: client });
  const random = randomStream(world.scenario.seed, `${process.name} ${process.pid}`);
  process.isSubreaper = true;
  const orders = new OrderQueue();
  let takeReport = (_bytes: Uint8Array) => {};
  const { promise: reportsEnded, resolve: endReports } = Promise.withResolvers<void>();
  const framer = new LineFramer(MAX_ORDER_BYTES);
  const input = new SimPipe(client, process, (bytes) => {
    for (const line of framer.push(bytes)) if ("text" in line) orders.push(parseOrder(line.text));
  }, () => orders.end());
  const output = new SimPipe(process, client, (bytes) => takeReport(bytes), () => endReports());
  const encoder = new TextEncoder();
  let isStarting = true;
  process.after(START_MS * random.next(), () => {
    isStarting = false;
    const guard = new Guard({
      orders,
      startProgram: ({ env }) => {
        const program = startProgram(
          world,
          process,
          { ticket: Number(env["RANK_TICKET"]), client: client.name },
          random,
        );
        onStart(process);
        return { pid: program.pid, status: program.ended };
      },
      ...process.clock,
      signals: signalSystem(process),
      deadBeside: (own) => ({
        reapOrphans: () => process.machine.reap(process, (pid) => pid === own),
        isRunning: (group) => process.machine.isGroupRunning(group),
      }),
      leave: (server, token, ms, signal) =>
        releaseSeat(server, token, ms, signal, connectionSystem(world, process)),
      report: (message) => void output.write(encoder.encode(`${encodeMessage(message)}\n`)).catch(() => {}),
      bounds: CLIENT_BOUNDS,
    });
    process.onSignal = (signal) => {
      if (STOP_SIGNALS.includes(signal)) guard.interrupt();
    };
    guard.run().then(
      () => process.exit(0),
      (error) => world.oracle.fault(`a guard failed: ${error?.stack ?? error}`),
    );
  });
  const exit = process.ended.then(({ code, signal }) => signal ?? `exit code ${code}`);
  return {
    process,
    get isStarting() {
      return isStarting;
    },
    child: {
      exit,
      pid: process.pid,
      get isGone() {
        return !client.machine.signal(process.pid, "none");
      },
      write: (bytes) => input.write(bytes),
      closeInput: () => input.end(),
      kill: () => process.signal("SIGKILL"),
      readReports(take) {
        takeReport = take;
        return reportsEnded;
      },
    },
  };
}

/** Passes on the orders of a client as they arrive. */
class OrderQueue implements AsyncIterable<GuardOrder> {
  readonly #orders: GuardOrder[] = [];
  #isEnded = false;
  #wake = () => {};

  push(order: GuardOrder): void {
    this.#orders.push(order);
    this.#wake();
  }

  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<GuardOrder> {
    for (;;) {
      const next = this.#orders.shift();
      if (next !== undefined) yield next;
      else if (this.#isEnded) return;
      else await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}
