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
  [CLIENT_EXIT.ok, "everything ok"],
  [
    CLIENT_EXIT.failed,
    "something failed, timed out, was lost or cancelled; or standard output could not be written",
  ],
  [CLIENT_EXIT.usage, "a flag, the configuration or a line of input is wrong"],
  [CLIENT_EXIT.refused, "a command was refused, by the server or by an executor"],
  [CLIENT_EXIT.lost, "could not connect, or lost the connection for good; --max-wait: never got in line"],
  [CLIENT_EXIT.unauthenticated, "the server wants a token, or another one"],
  [CLIENT_EXIT.following, "--via PATH status: the client waits in line and does not lead"],
  [CLIENT_EXIT.delivered, "an executor only showed or printed the command, and executed nothing"],
  [
    CLIENT_EXIT.waited,
    "--max-wait: the client was in line but did not lead in time, or stopped leading before PROGRAM ended",
  ],
  [137, "--lead: the guard was lost or PROGRAM could not be killed; otherwise the exit code of PROGRAM"],
  [129, "ended by SIGHUP; 130 by SIGINT, 131 by SIGQUIT, 143 by SIGTERM"],
];

/** The exit codes of rankserver. */
export const SERVER_EXIT = Object.freeze({ ok: 0, failed: 1, usage: 2, refused: 3 });

/** For `--help`. */
export const SERVER_EXIT_MEANINGS: readonly (readonly [code: number, meaning: string])[] = [
  [SERVER_EXIT.ok, "stopped by a signal, in good order; or answered"],
  [SERVER_EXIT.failed, "could not listen, open its files, write its answer, or reach a running server"],
  [SERVER_EXIT.usage, "a flag or the configuration is wrong"],
  [
    SERVER_EXIT.refused,
    "the running server refused --evict or --raise: no client fits, or several do, or it could not lead",
  ],
];
