// How long a start takes, and where the time goes.

import { NO_PEERS, type Row, type RowGroup } from "./row.ts";

const part = (key: string, title: string): Row => ({
  key: `startup-${key}`,
  title,
  unit: "ms",
  source: { plan: "startup-parts", step: "startup-parts", field: key },
  peers: NO_PEERS,
});

export const STARTUP: RowGroup = {
  title: "Start",
  rows: [
    {
      key: "startup",
      title: "until it listens",
      unit: "ms",
      source: { plan: "startup", step: "startup", field: "ms" },
      target: { of: "redis", atMost: 3.5 },
    },
  ],
};

export const STARTUP_PARTS: RowGroup = {
  title: "Where the start's time goes",
  rows: [
    part("process", "the process, and the runtime until it has a clock"),
    part("boot", "the runtime's boot, and reading the program, until its first line"),
    part("modules", "the program's modules and its flags"),
    part("config", "configuration, and dropping the right to write"),
    part("listen", "opening the sockets: it listens"),
    part("total", "= until it listens"),
    part("serve", "loading and building the server, until its first line of output"),
    part("drop", "dropping its rights, all together"),
    part("empty", "an empty executable, until its first line"),
  ],
};
