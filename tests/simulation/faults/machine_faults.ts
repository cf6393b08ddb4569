// Faults of machines: power, sleep, clocks and the server's disk.

import { isOfProgram } from "../actors/guarded.ts";
import type { FaultKind } from "./fault.ts";
import type { FaultContext, Injections } from "./fault_context.ts";
import { blockFromServer, blockToServer } from "./network_faults.ts";

/** How far the wall clock jumps, in durations of the fault. */
const CLOCK_JUMP = 10;

export const MACHINE_FAULTS = {
  cut_client_power(context) {
    context.client.machine.cutPower();
    blockToServer(context);
    blockFromServer(context);
    return true;
  },
  cut_server_power({ world: { disk }, server, ms, later }) {
    server.machine.cutPower();
    disk.cutPower();
    later(ms, () => server.start());
    return true;
  },
  sleep(context) {
    const { client, ms, later } = context;
    const { machine } = client;
    if (hidesTime(context, machine.setBackAt)) return false;
    // Nothing is promised while the guard cannot check its clocks after the sleep.
    if (client.guard?.process.state === "stopped" && machine.living.some(isOfProgram)) return false;
    machine.sleep();
    later(ms, () => machine.wake());
    return true;
  },
  client_clock_forward({ client: { machine }, ms }) {
    machine.shiftWall(ms * CLOCK_JUMP);
    return true;
  },
  client_clock_back(context) {
    const { client: { machine }, ms, world: { scheduler } } = context;
    if (hidesTime(context, machine.isAsleep ? scheduler.now : machine.wokeAt)) return false;
    machine.shiftWall(-ms * CLOCK_JUMP);
    return true;
  },
  server_clock_forward({ server: { machine }, ms }) {
    machine.shiftWall(ms * CLOCK_JUMP);
    return true;
  },
  server_clock_back({ server: { machine }, ms }) {
    machine.shiftWall(-ms * CLOCK_JUMP);
    return true;
  },
  restore_backup({ world: { disk }, server, ms, later }) {
    server.process?.signal("SIGKILL");
    disk.restoreBackup();
    later(ms, () => server.start());
    return true;
  },
  disk_full({ world: { disk }, ms, later }) {
    disk.isFull = true;
    later(ms, () => disk.isFull = false);
    return true;
  },
  disk_read_only({ world: { disk }, ms, later }) {
    disk.isReadOnly = true;
    later(ms, () => disk.isReadOnly = false);
    return true;
  },
} satisfies Partial<Injections<FaultKind>>;

/**
 * Whether a sleep and a clock set back would be so close together that neither clock of a guard shows the time that has
 * passed. Nothing is promised then while a program runs.
 *
 * @param otherAt the true time of the last sleep or jump
 */
function hidesTime(
  { world: { scheduler, scenario }, client: { machine } }: FaultContext,
  otherAt: number,
): boolean {
  return scheduler.now - otherAt < scenario.leaseMs * 2 && machine.living.some(isOfProgram);
}
