// Why a server cannot join its cluster, as a sentence that says what to do.

import type { ClusterSettings } from "../../../config/keys/mod.ts";
import { LinkError, LogFault, type LogFaultReason } from "../../../journal/engines/nats/mod.ts";
import { visible } from "../../../words/mod.ts";
import { SERVER_EXIT, StartupError } from "../../shared/mod.ts";

const SAME = "to the same value on all servers, or choose another cluster.name";

/** What the log calls a setting, and what the configuration does. */
const KEYS: Readonly<Record<string, string>> = {
  capacity: "max_clients",
  waitingCapacity: "session.waiting_clients",
  leaseMaxMs: "session.lease_max_ms",
  num_replicas: "cluster.replicas",
};

/** What to do about a setting that differs. */
const REMEDIES: Readonly<Record<string, string>> = {
  capacity: `Set max_clients ${SAME}`,
  waitingCapacity: `Set session.overflow and session.waiting_clients ${SAME}`,
  leaseMaxMs: `Set session.lease_max_ms ${SAME}`,
  rules: "Install the same version of rankserver on all servers",
  num_replicas: "Set cluster.replicas to the value of the stream, or choose another cluster.name",
  cluster: "Add a cluster block to the configuration of NATS, or set cluster.replicas to 1",
};
const OTHER_STREAM = "Another program made it, or a person changed it: choose another cluster.name";

/** @returns other errors as they are */
export function explainStart(error: unknown, { name, user }: ClusterSettings): unknown {
  const cannotJoin = (reason: string) => `Cannot join the cluster "${name}": ${visible(reason)}`;
  if (error instanceof LinkError && error.failure === "denied") {
    const who = user === "" ? "" : ` of the user "${user}"`;
    return new StartupError(
      cannotJoin(`NATS rejected the login${who}. Check user, password_file and nkey_file in [cluster]`),
    );
  }
  if (!(error instanceof LogFault)) return error;
  return new StartupError(cannotJoin(sentence(error)), exitCodeOf(error.reason));
}

function sentence({ reason, message, key }: LogFault): string {
  const lower = message.replace(/^The /, "the ").replace(/^Cannot /, "cannot ");
  switch (reason) {
    case "different":
      return `${inConfiguration(lower, key ?? "")}. ${REMEDIES[key ?? ""] ?? OTHER_STREAM}`;
    case "old-server":
      return `${lower}. Install a newer nats-server, or set cluster.replicas to 1`;
    case "denied":
      return `${lower}. Give the user the permissions in docs/cluster.md; they contain cluster.name`;
    default:
      return lower;
  }
}

function inConfiguration(message: string, key: string): string {
  return message.replace(` ${key} `, ` ${KEYS[key] ?? key} `);
}

function exitCodeOf(reason: LogFaultReason): number {
  switch (reason) {
    case "different":
    case "old-server":
      return SERVER_EXIT.mismatch;
    case "denied":
      return SERVER_EXIT.failed;
    default:
      return SERVER_EXIT.fault;
  }
}
