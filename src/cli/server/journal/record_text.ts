// One line for each record that is of interest to people.

import { count, quoted } from "../../../words/mod.ts";
import type { SeatedThen, Step } from "./roster_replay.ts";

/** `undefined`: the record changed nothing of interest, or the audit has an entry that says more. */
export function recordText(step: Step): string | undefined {
  const text = textOf(step);
  if (text === undefined || step.newFirst === undefined) return text;
  const { name, ticket } = step.newFirst;
  const isNamed = ticket === step.after?.ticket;
  return isNamed ? text : `${text}; rank 0 is now ${quoted(name)} (ticket ${ticket})`;
}

function textOf({ record, effects, before, after, waited }: Step): string | undefined {
  const [effect] = effects;
  if (effect?.kind === "void") return undefined;
  switch (record.kind) {
    case "start": {
      const dropped = effect?.kind === "started" ? effect.dropped.length : 0;
      const lost = dropped === 0
        ? ""
        : `, ${count(dropped, "client lost its seat", "clients lost their seats")}`;
      return `Server started with ${count(record.capacity, "seat")}${lost}`;
    }
    case "complete":
      return "All leases from before this start have ended";
    case "join": {
      if (effect?.kind === "seated") {
        return `${client(after)} joined at rank ${after?.rank}${tokenText(record.identity)}`;
      }
      const name = quoted(record.name);
      if (effect?.kind === "waiting") return `Client ${name} is number ${effect.place} in the waiting room`;
      return `Client ${name} refused: all seats are taken`;
    }
    case "withdraw":
      return waited && `Client ${quoted(waited)} left the waiting room`;
    case "leave":
      return `${client(before)} left rank ${before?.rank}${seatedText(after)}`;
    case "lapse":
      return `${client(before)} did not resume rank ${before?.rank} in time${seatedText(after)}`;
    case "away":
      return `${client(before)} disconnected from rank ${before?.rank}; seat reserved`;
    case "claim":
      return `${client(after)} resumed rank ${after?.rank}`;
    case "yield":
      return `${
        client(before)
      } yielded rank ${before?.rank} and is now rank ${after?.rank} (ticket ${after?.ticket})`;
    case "rename":
      return `${client(before)} at rank ${before?.rank} is named ${quoted(record.name)}`;
    case "lease":
      return `${client(before)} at rank ${before?.rank} has a lease of ${record.leaseMs} ms`;
    // Details of the protocol, and evictions, of which the audit has an entry.
    case "spoke":
    case "confirm":
    case "evict":
      return undefined;
  }
}

function client(seated: SeatedThen | undefined): string {
  return seated === undefined ? "A client" : `Client ${quoted(seated.name)} (ticket ${seated.ticket})`;
}

function tokenText(identity: string | undefined): string {
  return identity === undefined ? "" : ` with token ${quoted(identity)}`;
}

/** The client from the waiting room that got the free seat. */
function seatedText(after: SeatedThen | undefined): string {
  return after === undefined ? "" : `; ${client(after)} joined at rank ${after.rank} from the waiting room`;
}
