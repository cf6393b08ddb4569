// The events of a server in a cluster. A node is such a server under one id; it gets a new id at each start and after a fence.

export type ClusterEvent =
  /** The cluster is named after its ranking; `nodes` are the other ones. */
  | {
    readonly event: "cluster_joined";
    readonly cluster: string;
    readonly node: string;
    readonly nodes: readonly string[];
  }
  /** NATS, or the log in it, cannot be used, with the reasons. The server retries. */
  | { readonly event: "cluster_unreachable"; readonly message: string }
  /** This server has no contact with the log, and refuses new clients and commands. */
  | { readonly event: "cluster_suspended"; readonly message?: string | undefined }
  | { readonly event: "cluster_resumed" }
  /** Another server has joined. */
  | {
    readonly event: "node_joined";
    readonly node: string;
    readonly version: string;
    /** Where clients reach it; "" if that is not known. */
    readonly address: string;
  }
  /** It has stopped; `away` is the number of its seats. */
  | { readonly event: "node_left"; readonly node: string; readonly away: number }
  /** It was silent for too long, and the others have fenced it. */
  | { readonly event: "node_fenced"; readonly node: string; readonly away: number }
  /** This server continues as another node, because it was fenced or its state differed. Its clients resume their seats. */
  | { readonly event: "node_renewed"; readonly node: string; readonly was: string }
  /** That node has different values of settings that should be the same. */
  | { readonly event: "config_differs"; readonly node: string }
  /**
   * Commands between this server and that node were dropped: the queue to the node is full ("full"), or this server was too
   * far behind the node in the log ("late"). `count` messages since the last such event.
   */
  | {
    readonly event: "commands_dropped";
    readonly node: string;
    readonly why: "full" | "late";
    readonly count: number;
  }
  /** The log can no longer be used: the server stops. */
  | { readonly event: "cluster_fault"; readonly message: string };
