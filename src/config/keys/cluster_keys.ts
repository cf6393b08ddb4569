// The keys of [cluster]: several servers share one ranking over NATS. Without `servers` there is no cluster.

import type { Section, SettingValues, TextForm } from "../reader/mod.ts";
import { ADDRESS_FORM, MAX_ADDRESSES } from "./addresses.ts";
import { boolean, type Conflict, integer, path, text, texts } from "./builders.ts";

/** The default port of NATS. */
export const NATS_PORT = 4_222;

/**
 * No shorter lease is granted in a cluster, in ms: a ping is answered with the next beat of the server, up to 500 ms later, and
 * a leader needs two pings in each lease.
 */
export const MIN_CLUSTER_LEASE_MS = 3_000;

/** NATS uses it in names of streams and subjects. */
const NAME: TextForm = {
  maxLength: 64,
  pattern: /^[A-Za-z0-9_-]*$/,
  form: 'letters, digits, "_" and "-"',
};

const PASSWORD: TextForm = {
  maxLength: 256,
  pattern: /^\P{Cc}{0,256}$/u,
  form: "a text of at most 256 characters without control characters",
  isSecret: true,
};

// deno-fmt-ignore -- a table: one line for the key, the next for its help
export const CLUSTER_SETTINGS = {
  servers: texts("servers", { item: ADDRESS_FORM, minCount: 0, maxCount: MAX_ADDRESSES, default: [] },
    "Addresses of NATS servers (HOST or HOST:PORT; the default port is 4222), tried in this order. All " +
    "rankservers with the same NATS and the same name share one ranking, see docs/cluster.md; empty: no cluster."),
  name: text("name", { ...NAME, default: "default" },
    'Name of the ranking in NATS: letters, digits, "_" and "-".'),
  node: text("node", { ...NAME, mayBeEmpty: true, default: "" },
    'Name of this server in the log and in --status: letters, digits, "_" and "-"; empty: the host name, or "node" ' +
    "if it cannot be read."),
  replicas: integer("replicas", "replicas", [1, 1, 3],
    "How many NATS servers store the ranking: 1, or 3 for a NATS cluster of version 2.10 or later."),
  user: text("user", { maxLength: 256, mayBeEmpty: true, default: "" },
    "User name for NATS; empty: none."),
  passwordFile: path("password_file",
    "File with the user's password as its only line. Only its owner may read it, and its group if root owns it."),
  password: text("password", { ...PASSWORD, mayBeEmpty: true, default: "" },
    "The password itself; prefer password_file, because more users may be able to read this file."),
  nkeyFile: path("nkey_file",
    'File with the seed of an nkey ("SU..."), instead of a user and a password; permissions as for password_file.'),
  caFile: path("ca_file",
    "PEM file with the certificate authorities of the NATS servers; TLS is then required. Empty: TLS only if NATS " +
    "requires it, with the authorities of the runtime."),
  sharePort: boolean("share_port", false,
    "Whether other servers of the cluster on this machine may listen on the same port. The system distributes " +
    "connections among them."),
  advertise: text("advertise", { ...ADDRESS_FORM, mayBeEmpty: true, pattern: orEmpty(ADDRESS_FORM), default: "" },
    "Address of this server (HOST or HOST:PORT) that the other servers give to their clients; empty: the address " +
    "that it listens on, or none if that is 0.0.0.0 or ::."),
};

export type ClusterSettings = SettingValues<typeof CLUSTER_SETTINGS>;

export const CLUSTER_SECTION = { path: ["cluster"], settings: CLUSTER_SETTINGS } as const satisfies Section;

export function hasCluster({ servers }: ClusterSettings): boolean {
  return servers.length > 0;
}

/** Settings of other tables that a cluster cannot do with every value of. */
export interface ClusterNeighbours {
  /** `journal.file` */
  readonly journalFile: string;
  /** `session.lease_max_ms` */
  readonly leaseMaxMs: number;
}

export function findClusterConflicts(cluster: ClusterSettings, others: ClusterNeighbours): Conflict[] {
  if (!hasCluster(cluster)) return findIdleKeys(cluster);
  return [
    ...findLoginConflicts(cluster),
    ...findReplicaConflicts(cluster),
    ...findJournalConflicts(others),
    ...findLeaseConflicts(others),
  ];
}

/** Keys that have no effect without `servers`. */
function findIdleKeys(cluster: ClusterSettings): Conflict[] {
  return Object.entries(CLUSTER_SETTINGS)
    .filter(([name, setting]) =>
      name !== "servers" && cluster[name as keyof ClusterSettings] !== setting.default
    )
    .map(([, { key }]) =>
      conflict(key, 'requires "cluster.servers"', "add the addresses of the NATS servers")
    );
}

function findLoginConflicts({ user, password, passwordFile, nkeyFile }: ClusterSettings): Conflict[] {
  const [hasPassword, hasFile] = [password !== "", passwordFile !== ""];
  const key = hasFile ? "password_file" : "password";
  if (nkeyFile !== "" && user !== "") {
    return [conflict("nkey_file", 'cannot be set together with "cluster.user"', "remove one of the two")];
  }
  if (hasPassword && hasFile) {
    return [
      conflict("password", 'cannot be set together with "cluster.password_file"', "remove one of the two"),
    ];
  }
  if ((hasPassword || hasFile) && user === "") {
    return [conflict(key, 'requires "cluster.user"', "NATS needs both a user and a password")];
  }
  if (user !== "" && !hasPassword && !hasFile) {
    return [
      conflict("user", 'requires "cluster.password_file"', "NATS needs both a user and a password"),
    ];
  }
  return [];
}

function findReplicaConflicts({ replicas }: ClusterSettings): Conflict[] {
  if (replicas !== 2) return [];
  return [
    conflict("replicas", "must be 1 or 3, current value is 2", "two replicas stop when either of them does"),
  ];
}

function findLeaseConflicts({ leaseMaxMs }: ClusterNeighbours): Conflict[] {
  if (leaseMaxMs >= MIN_CLUSTER_LEASE_MS) return [];
  return [{
    path: ["session", "lease_max_ms"],
    reason: `must be at least ${MIN_CLUSTER_LEASE_MS} with "cluster.servers", current value is ${leaseMaxMs}`,
    hint: "a server of a cluster may take half a second to confirm a lease",
  }];
}

function findJournalConflicts({ journalFile }: ClusterNeighbours): Conflict[] {
  if (journalFile === "") return [];
  return [{
    path: ["journal", "file"],
    reason: 'cannot be set together with "cluster.servers"',
    hint: "the servers of a cluster keep their seats in NATS; remove one of the two",
  }];
}

function conflict(key: string, reason: string, hint: string): Conflict {
  return { path: ["cluster", key], reason, hint };
}

function orEmpty({ pattern }: TextForm): RegExp {
  return new RegExp(`^$|${pattern!.source}`);
}
