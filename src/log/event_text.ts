// One line of text for each event. Existing scripts rely on the wording of `listening` and `client_seated`.

import type { ClientRef, ServerEvent } from "./server_event.ts";
import { count } from "../words/mod.ts";

/** The line for an event, without a line ending. */
export function eventText(event: ServerEvent): string {
  switch (event.event) {
    case "listening":
      return `Server started listening on IP address: ${event.host} and port: ${event.port}`;
    case "client_seated":
      return `${client(event)} assigned rank ${event.rank}`;
    case "client_refused":
      return `${client(event)} refused: ${event.reason} (${event.capacity} of ${
        count(event.capacity, "seat is", "seats are")
      } taken)`;
    case "client_turned_away":
      return `${client(event)} turned away: ${event.reason} (${event.message})${sinceLast(event.count)}`;
    case "foreign_protocol":
      return `${client(event)} closed: it spoke ${event.protocol}${sinceLast(event.count)}`;
    case "client_identified":
      return `${client(event)} has the token of ${event.identity}`;
    case "login_refused":
      return `${client(event)} is not let in: ${event.message}`;
    case "client_rate_limited":
      return `${client(event)} asked for too much: refused${times(event.count)}`;
    case "tokens_replaced":
      return `Tokens in force: ${event.tokens}; connections closed for theirs: ${event.revoked}`;
    case "client_named":
      return `${client(event)} at rank ${event.rank} is named ${event.name}`;
    case "client_left":
      return `${client(event)} left rank ${event.rank}: ${event.reason}`;
    case "client_promoted":
      return `${client(event)} promoted from rank ${event.was} to rank ${event.rank}`;
    case "client_yielded":
      return `${client(event)} yielded rank ${event.was} and is now rank ${event.rank}`;
    case "client_raised":
      return `${client(event)} raised from rank ${event.was} to rank ${event.rank}: ` +
        `${count(event.above, "client")} above moved to the end`;
    case "yield_requested":
      return `${client(event)} at rank ${event.rank} must yield within ${event.within_ms} ms`;
    case "client_away":
      return `${
        client(event)
      } is away from rank ${event.rank}: ${event.reason}; its seat is kept for ${event.keep_ms} ms`;
    case "client_back":
      return `${client(event)} took back rank ${event.rank}`;
    case "client_waiting":
      return `${client(event)} waits for a seat: number ${event.position}`;
    case "seats_restored":
      return `${
        count(event.count, "seat is", "seats are")
      } kept for up to ${event.keep_ms} ms, as before the restart`;
    case "store_opened":
      return `Store of seats: ${event.path} (${event.is_new ? "new" : "existing"})`;
    case "store_failed":
      return `Cannot write the store of seats: ${event.message}`;
    case "store_recovered":
      return "The store of seats is written again and lacks nothing";
    case "client_evicted":
      return `${client(event)} evicted from rank ${event.rank}${
        event.by === undefined ? "" : ` by ${event.by}`
      }${event.keep_ms === 0 ? "" : `; its seat stays empty for ${event.keep_ms} ms`}`;
    case "clients_promoted":
      return `${count(event.count, "client")} promoted, now ranks ${event.first} to ${event.last}`;
    case "command_accepted":
      return `${client(event)} at rank ${event.rank} commands ${event.command}${times(event.count)}: ` +
        `${count(event.executors, "executor")}${event.run === undefined ? "" : `, run ${event.run}`}`;
    case "command_refused":
      return `${
        client(event)
      } at rank ${event.rank} refused ${event.command}: ${event.reason} (${event.message})`;
    case "run_ended":
      return `Run ${event.run} (${event.command}) ended after ${event.ms} ms: ${counts(event.counts)}`;
    case "message_refused":
      return `${client(event)} sent what cannot be answered${
        times(event.count)
      }: ${event.reason} (${event.message})`;
    case "accept_failed":
      return `Cannot accept a connection: ${event.message}; next try in ${event.retry_ms} ms`;
    case "handshake_failed":
      return `${client(event)} failed in the TLS handshake${times(event.count)}: ${event.message}`;
    case "exposed":
      return `Warning: ${event.host} can be reached from other machines, and there ${
        missing(event)
      }; see docs/security.md`;
    case "config_warning":
      return `Warning: ${event.message}`;
    case "reloaded": {
      const { changed, needs_restart: restart } = event;
      const news = changed.length === 0 ? "nothing to take over" : `new ${changed.join(", ")}`;
      return `Configuration read again: ${news}${
        restart.length === 0 ? "" : `; needs a restart: ${restart.join(", ")}`
      }`;
    }
    case "reload_failed":
      return `Configuration not taken over, everything stays as it was: ${event.message}`;
    case "fault":
      return `Fault in ${event.where}: ${event.message}`;
    case "lines_dropped":
      return `${
        count(event.count, "log line was", "log lines were")
      } dropped: standard output was full or read too slowly`;
    case "draining":
      return `Shutting down (${event.signal}): ${count(event.members, "client")}, ${
        count(event.runs, "run")
      } in flight`;
    case "stopped":
      return "Server stopped";
  }
}

function missing({ tokens, tls }: { readonly tokens: boolean; readonly tls: boolean }): string {
  if (tokens) return "is no TLS: what is sent can be read and changed on the way";
  if (tls) return "are no tokens: anybody may take a seat";
  return "are no tokens and no TLS: anybody may take a seat, and what is sent can be read and changed on the way";
}

function client(ref: ClientRef): string {
  return `Client ('${ref.ip}', ${ref.port})`;
}

function times(count: number): string {
  return count === 1 ? "" : ` ${count} times`;
}

function sinceLast(count: number): string {
  return count === 1 ? "" : `; ${count} of them since the last such line`;
}

function counts(of: Readonly<Record<string, number>>): string {
  return Object.entries(of).filter(([, n]) => n > 0).map(([status, n]) => `${n} ${status}`).join(", ");
}
