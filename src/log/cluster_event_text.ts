// The text of the events of a cluster.

import { count, quoted } from "../words/mod.ts";
import type { ClusterEvent } from "./cluster_event.ts";

export function clusterEventText(event: ClusterEvent): string {
  switch (event.event) {
    case "cluster_joined": {
      const { cluster, node, nodes } = event;
      const others = nodes.length === 0 ? "no other node" : nodes.map(quoted).join(", ");
      return `Joined the cluster ${quoted(cluster)} as node ${quoted(node)}, with ${others}`;
    }
    case "cluster_unreachable":
      return `Cannot use NATS: ${event.message}; retrying`;
    case "cluster_suspended":
      return `Suspended: no contact with the cluster${
        event.message === undefined ? "" : ` (${event.message})`
      }`;
    case "cluster_resumed":
      return "In contact with the cluster";
    case "node_joined": {
      const { node, version, address } = event;
      return `Node ${quoted(node)} joined: version ${version}${address === "" ? "" : `, address ${address}`}`;
    }
    case "node_left":
      return `Node ${quoted(event.node)} left: ${count(event.away, "seat")} reserved`;
    case "node_fenced":
      return `Node ${quoted(event.node)} was silent and is fenced: ${count(event.away, "seat")} reserved`;
    case "node_renewed":
      return `This server was node ${quoted(event.was)} and is now ${
        quoted(event.node)
      }: its clients must resume their seats`;
    case "config_differs":
      return `Warning: node ${
        quoted(event.node)
      } has different commands, tokens, TLS, session or limits in its configuration`;
    case "commands_dropped": {
      const { node, why, count: messages } = event;
      const reason = why === "full" ? "its queue is full" : "this server had not caught up with the log";
      return `Dropped ${count(messages, "message")} with commands ${why === "full" ? "to" : "from"} node ${
        quoted(node)
      }: ${reason}`;
    }
    case "cluster_fault":
      return `Stopping: the log of the cluster can no longer be used: ${event.message}`;
  }
}
