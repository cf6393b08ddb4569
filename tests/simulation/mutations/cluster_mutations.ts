// Faults that violate what several servers promise: some were once in the product, some are made up.

import type { Mutation } from "./mutation.ts";

const LOG = "src/journal/engines/nats/log";

export const CLUSTER_MUTATIONS: readonly Mutation[] = [
  {
    name: "records that replace lost ones are applied by a node that had the lost ones",
    origin: "found",
    simulation: "log",
    file: `${LOG}/log_check.ts`,
    edits: [["    this.#isCertain = false;\n    this.#port.doubtful();\n", "    this.#isCertain = false;\n"]],
  },
  {
    name: "a late attempt to write a snapshot replaces a newer one",
    origin: "found",
    simulation: "log",
    file: "src/journal/engines/nats/nats_snapshots.ts",
    edits: [["JSON.stringify(head), present.sequence)", "JSON.stringify(head))"], [
      "const isThere = ({ head }: StoredHead) => head?.log === identity && head.pos >= position;",
      "let isFirst = true;\n    const isThere = ({ head }: StoredHead) => " +
      "isFirst && (isFirst = false, true) && head?.log === identity && head.pos >= position;",
    ]],
  },
  {
    name: "welcomes count members that have not got their ranks",
    origin: "found",
    simulation: "cluster",
    file: "src/server/seats/seating.ts",
    edits: [[
      "    // Its rank and the number of members must be of the same epoch.\n    this.settle();\n",
      "",
    ]],
  },
  {
    name: "any number of clients wait for the log",
    origin: "found",
    simulation: "cluster",
    file: "src/server/connections.ts",
    edits: [["seating.obstacle ?? (this.#isCrowded ? CROWDED : undefined)", "seating.obstacle"]],
  },
  {
    name: "a ping is answered before a beat has come back",
    origin: "made",
    simulation: "cluster",
    file: "src/server/seats/shared_roster.ts",
    edits: [["this.#journal.whenEchoed(() => {", "queueMicrotask(() => {"]],
  },
  {
    name: "a seat lapses before its lease has ended on another server",
    origin: "made",
    simulation: "cluster",
    file: "src/journal/engines/cluster/away_seats.ts",
    edits: [["Math.max(graceMs, leaseMs);", "Math.max(graceMs, leaseMs) / 4;"]],
  },
  {
    name: "a node is fenced without counting its beats",
    origin: "made",
    simulation: "log",
    file: "src/journal/engines/cluster/silent_nodes.ts",
    edits: [[
      "return nodes.silence(self, id) >= config!.fenceBeats &&\n        now - Math.max(this.#heard.get(id)!, resumedAt) >= SILENT_MS;",
      "return nodes.silence(self, id) >= 1;",
    ]],
  },
  {
    name: "a seat whose client is gone is never released",
    origin: "made",
    simulation: "log",
    file: "src/journal/cluster/ownership.ts",
    edits: [["return client.node === node && !client.isAway && !clients.has(client.id);", "return false;"]],
  },
  {
    name: "a packet from another server is opened twice",
    origin: "made",
    simulation: "cluster",
    file: "src/server/cluster/channels/incoming_channel.ts",
    edits: [["if (ahead <= 0 || ahead", "if (ahead < 0) this.#opened = sequence - 1;\n    if (ahead"]],
  },
  {
    name: "commands go to members above on other servers",
    origin: "made",
    simulation: "cluster",
    file: "src/server/cluster/own_members.ts",
    edits: [["for (let i = firstBelow(roster, issuer);", "for (let i = 0;"]],
  },
];
