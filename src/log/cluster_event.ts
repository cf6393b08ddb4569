// What a server logs as one of several with one ranking. A node is one life of such a server: its id is new for each.

export type ClusterEvent =
  /** The cluster is named after its ranking; `nodes` are the other ones. */
  | {
    readonly event: "cluster_joined";
    readonly cluster: string;
    readonly node: string;
    readonly nodes: readonly string[];
  }
  /** NATS or the log in it cannot be used, with the reasons; it is tried again. */
  | { readonly event: "cluster_unreachable"; readonly message: string }
  /** This server is out of touch with the log, and decides nothing. */
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
  /** It was silent for too long, and the others have given it up. */
  | { readonly event: "node_fenced"; readonly node: string; readonly away: number }
  /** This server goes on as another node, because it was fenced or its state differed: its clients claim their seats again. */
  | { readonly event: "node_renewed"; readonly node: string; readonly was: string }
  /** That node has other settings than this one, where they should be the same. */
  | { readonly event: "config_differs"; readonly node: string }
  /**
   * Commands between this server and that node were not delivered: the node takes no more messages ("full"), or this server
   * had not applied the log in time that they depend on ("late"). `count` messages since the last such event.
   */
  | {
    readonly event: "commands_dropped";
    readonly node: string;
    readonly why: "full" | "late";
    readonly count: number;
  }
  /** The log cannot be used any more: the server stops. */
  | { readonly event: "cluster_fault"; readonly message: string };
