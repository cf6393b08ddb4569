// The exit codes of both programs, which scripts rely on. If several apply to rankclient, it exits with the gravest.

import type { Verdict } from "../../client/requests/mod.ts";

export const CLIENT_EXIT: Readonly<Record<Verdict | "waited", number>> = Object.freeze({
  ok: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  lost: 4,
  unauthenticated: 5,
  following: 6,
  delivered: 7,
  /** EX_TEMPFAIL of sysexits.h: a later attempt may succeed. */
  waited: 75,
});

/** For `--help`. */
export const CLIENT_EXIT_MEANINGS: readonly (readonly [code: number, meaning: string])[] = [
  [CLIENT_EXIT.ok, "success"],
  [
    CLIENT_EXIT.failed,
    "a command failed, timed out, was lost or cancelled; or writing standard output failed",
  ],
  [CLIENT_EXIT.usage, "a flag, the configuration or a line of input is invalid"],
  [CLIENT_EXIT.refused, "a command was refused, by the server or by an executor"],
  [
    CLIENT_EXIT.lost,
    "no connection, or the connection was lost and not restored; --max-wait: no seat or place in the waiting room",
  ],
  [CLIENT_EXIT.unauthenticated, "the server requires a token, or refused this one"],
  [CLIENT_EXIT.following, "--via PATH status: the client does not lead"],
  [CLIENT_EXIT.delivered, "an executor only showed or printed the command and executed nothing"],
  [
    CLIENT_EXIT.waited,
    "--max-wait: the client did not lead in time, or stopped leading before PROGRAM ended",
  ],
  [137, "--lead: the guard was lost, or PROGRAM could not be killed; otherwise the exit code of PROGRAM"],
  [129, "ended by SIGHUP; 130 by SIGINT, 131 by SIGQUIT, 143 by SIGTERM"],
];

/** The exit codes of rankserver. */
export const SERVER_EXIT = Object.freeze({
  ok: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  /** EX_DATAERR of sysexits.h: what is in NATS does not fit this server. */
  mismatch: 65,
  /** EX_SOFTWARE of sysexits.h. */
  fault: 70,
});

/** For `--help`. */
export const SERVER_EXIT_MEANINGS: readonly (readonly [code: number, meaning: string])[] = [
  [SERVER_EXIT.ok, "stopped by a signal, or the request was answered"],
  [
    SERVER_EXIT.failed,
    "could not listen, open a file, log in to NATS, write the answer, or reach a running server",
  ],
  [SERVER_EXIT.usage, "a flag or the configuration is invalid"],
  [
    SERVER_EXIT.refused,
    "the running server refused --evict or --raise: no client matches, several do, or the client cannot lead " +
    "or must yield first",
  ],
  [
    SERVER_EXIT.mismatch,
    "a cluster with other settings (the message names the key and both values), or with NATS servers that are too old",
  ],
  [
    SERVER_EXIT.fault,
    "the log of the cluster can no longer be used: it was created again, has lost records, has records that this " +
    "version does not know, or leads to another state",
  ],
];
