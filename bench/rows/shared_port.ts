// Several server processes on one port, each with its own ranking: what the kernel makes of their connections, and what
// they deliver together. Every process has its own publisher and its own 100 receivers.

import { NO_PEERS, type Row, type RowGroup } from "./row.ts";

function rows(processes: number): Row[] {
  const plan = `shared-port-${processes}`;
  const how = processes === 1 ? "1 process" : `${processes} processes`;
  const one = (key: string, title: string, unit: Row["unit"], step: string, field: string): Row => ({
    key: `shared-port-${key}-${processes}`,
    title: `${title}, ${how}`,
    unit,
    source: { plan, step, field },
    peers: NO_PEERS,
    ...(processes > 2 ? { isSlow: true } : {}),
  });
  return [
    one("pipelined", "deliveries of all together, pipelined", "/s", "pipelined", "per_second"),
    one("closed", "deliveries of all together, closed loop", "/s", "closed", "per_second"),
    one("seats", "clients seated, 1,000", "/s", "spread", "per_second"),
    ...(processes === 1
      ? []
      : [one("spread", "clients of the fullest process, over the mean", "ratio", "spread", "fullest")]),
  ];
}

export const SHARED_PORT: RowGroup = {
  title: "Several processes on one port (reusePort, from source, placed by the kernel)",
  rows: [1, 2, 4].flatMap(rows),
};
