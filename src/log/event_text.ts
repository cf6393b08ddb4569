// One event, one line for people. The first two sentences are older than this program: scripts look for them.

import type { ClientRef, ServerEvent } from "./server_event.ts";

/** The line for an event, without its ending. */
export function eventText(event: ServerEvent): string {
  switch (event.event) {
    case "listening":
      return `Server started listening on IP address: ${event.host} and port: ${event.port}`;
    case "client_seated":
      return `${client(event)} assigned rank ${event.rank}`;
    case "client_refused":
      return `${client(event)} refused: ${event.reason} (all ${event.capacity} seats are taken)`;
    case "client_named":
      return `${client(event)} at rank ${event.rank} is named ${event.name}`;
    case "client_left":
      return `${client(event)} left rank ${event.rank}: ${event.reason}`;
    case "client_promoted":
      return `${client(event)} promoted from rank ${event.was} to rank ${event.rank}`;
    case "client_yielded":
      return `${client(event)} yielded rank ${event.was} and is now rank ${event.rank}`;
    case "client_away":
      return `${
        client(event)
      } is away from rank ${event.rank}: ${event.reason}; its seat is kept for ${event.keep_ms} ms`;
    case "client_back":
      return `${client(event)} took back rank ${event.rank}`;
    case "client_waiting":
      return `${client(event)} waits for a seat: number ${event.position}`;
    case "seats_restored":
      return `${event.count} seats are kept for up to ${event.keep_ms} ms, as they were before the restart`;
    case "store_failed":
      return `Cannot write the store of seats: ${event.message}`;
    case "client_evicted":
      return `${client(event)} evicted from rank ${event.rank}${
        event.keep_ms === 0 ? "" : `; its seat stays empty for ${event.keep_ms} ms`
      }`;
    case "clients_promoted":
      return `${event.count} clients promoted, now ranks ${event.first} to ${event.last}`;
    case "command_accepted":
      return `${client(event)} at rank ${event.rank} commands ${event.command}${times(event.count)}: ` +
        `${event.executors} ${event.executors === 1 ? "executor" : "executors"}${
          event.run === undefined ? "" : `, run ${event.run}`
        }`;
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
    case "fault":
      return `Fault in ${event.where}: ${event.message}`;
    case "lines_dropped":
      return `${event.count} log lines were dropped: whoever reads this output is too slow`;
    case "draining":
      return `Shutting down (${event.signal}): ${event.members} clients, ${event.runs} runs in flight`;
    case "stopped":
      return "Server stopped";
  }
}

function client(ref: ClientRef): string {
  return `Client ('${ref.ip}', ${ref.port})`;
}

function times(count: number): string {
  return count === 1 ? "" : ` ${count} times`;
}

function counts(of: Readonly<Record<string, number>>): string {
  return Object.entries(of).filter(([, n]) => n > 0).map(([status, n]) => `${n} ${status}`).join(", ");
}
