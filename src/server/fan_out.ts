// Hands a command to its executors. What one read of an issuer brought for everybody below it becomes one chunk of bytes
// that all of them share: one encode, and one write for each executor, however many commands it holds.

import type { Seat } from "../ranks/rank_manager.ts";
import { executeLine } from "../protocol/server_note.ts";
import type { Report } from "../log/server_event.ts";
import type { Seating } from "./seating.ts";
import type { Member } from "./member.ts";

const encoder = new TextEncoder();

/** Commands of one issuer for everybody below it, not yet handed over. */
interface Gathered {
  readonly issuer: Seat<Member>;
  /** What all these messages begin with, up to the command, and end with, after the arguments. */
  readonly head: string;
  readonly tail: string;
  json: string;
  /** The same commands, for whoever is to be shown them as text: rendered only when there is somebody. */
  readonly commands: [command: string, args: readonly string[]][];
}

export class FanOut {
  readonly #seating: Seating;
  readonly #report: Report;
  #gathered: Gathered | undefined;

  constructor(seating: Seating, report: Report) {
    this.#seating = seating;
    this.#report = report;
  }

  /** Gathers a command to everybody below the issuer; {@linkcode flush} hands it over. */
  toAllBelow(issuer: Seat<Member>, command: string, args: readonly string[]): void {
    if (this.#gathered?.issuer !== issuer) {
      this.flush();
      this.#gathered = this.#begin(issuer);
    }
    const gathered = this.#gathered!;
    gathered.json += `${gathered.head}${JSON.stringify(command)},"args":${
      JSON.stringify(args)
    }${gathered.tail}`;
    gathered.commands.push([command, args]);
  }

  /** Hands what was gathered to those below the issuer. To be called before anything else is sent, and at the end. */
  flush(): void {
    const gathered = this.#gathered;
    if (gathered === undefined) return;
    this.#gathered = undefined;
    const { issuer, commands } = gathered;
    // As it was when these were accepted: whoever left since is still in it and hears nothing.
    const roster = this.#seating.unsettledRoster;
    const executors = send(roster, issuer.rank + 1, gathered);
    const { ip, port } = issuer.member;
    const counts = new Map<string, number>();
    for (const [command] of commands) counts.set(command, (counts.get(command) ?? 0) + 1);
    for (const [command, count] of counts) {
      this.#report({ event: "command_accepted", ip, port, rank: issuer.rank, command, executors, count });
    }
  }

  /** Hands one command to chosen executors at once; with `run`, as a request that they are to answer. */
  toChosen(
    issuer: Seat<Member>,
    executors: readonly Seat<Member>[],
    command: string,
    args: readonly string[],
    run?: number,
  ): void {
    this.flush();
    const gathered = this.#begin(issuer, run);
    gather(gathered, command, args);
    const count = send(executors, 0, gathered);
    const { ip, port } = issuer.member;
    const about = { ip, port, rank: issuer.rank, command, executors: count, count: 1 };
    this.#report({ event: "command_accepted", ...about, ...(run === undefined ? {} : { run }) });
  }

  #begin(issuer: Seat<Member>, run?: number): Gathered {
    const from = JSON.stringify({ rank: issuer.rank, ticket: issuer.ticket, name: issuer.member.name });
    const id = run === undefined ? "" : `"id":${run},`;
    const head = `{"jsonrpc":"2.0",${id}"method":"execute","params":{"command":`;
    const tail = `,"from":${from},"epoch":${this.#seating.epoch}}}\n`;
    return { issuer, head, tail, json: "", commands: [] };
  }
}

function gather(gathered: Gathered, command: string, args: readonly string[]): void {
  gathered.json += `${gathered.head}${JSON.stringify(command)},"args":${
    JSON.stringify(args)
  }${gathered.tail}`;
  gathered.commands.push([command, args]);
}

/**
 * Sends to `seats` from index `first` on, each in its own form, each form encoded once; who may not execute is left out.
 *
 * @returns how many are to execute it
 */
function send(seats: readonly Seat<Member>[], first: number, { issuer, json, commands }: Gathered): number {
  const jsonBytes = encoder.encode(json);
  let textBytes: Uint8Array | undefined;
  let executors = seats.length - first;
  for (let i = first; i < seats.length; i++) {
    const session = seats[i]!.member;
    if (!session.rights.execute) {
      executors--;
      continue;
    }
    session.send(session.mode === "text" ? textBytes ??= encodeText(issuer, commands) : jsonBytes);
  }
  return executors;
}

function encodeText(issuer: Seat<Member>, commands: Gathered["commands"]): Uint8Array {
  const from = { rank: issuer.rank, name: issuer.member.name };
  return encoder.encode(commands.map(([command, args]) => executeLine(command, args, from)).join(""));
}
