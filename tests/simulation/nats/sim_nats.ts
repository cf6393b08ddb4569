// Simulated NATS servers with JetStream: one, or three that keep three replicas of each stream.

import { describeNew } from "../../../src/journal/engines/nats/stream_identity.ts";
import type { Random } from "../../support/random.ts";
import type { Machine } from "../world/machine.ts";
import type { Network } from "../world/network.ts";
import { randomStream } from "../world/random_stream.ts";
import { answerApi } from "./jetstream_api.ts";
import { NatsServer, type Publication } from "./nats_server.ts";
import { Routes } from "./routes.ts";
import { type ProposalResult, SimStream, type StreamHost } from "./sim_stream.ts";
import { matches } from "./subjects.ts";

/** How unreliable it is. Faults change it. */
export interface NatsRates {
  /** The probability that an acknowledgment is lost. */
  lostAcks: number;
  /** That a record is not republished to the clients of a server. */
  lostRepublish: number;
  doubledRepublish: number;
  /** The probability that a message from node to node is lost; absent: none is. */
  lostMessages?: number;
  /** The longest delay of a republished record, in ms. */
  republishDelayMs: number;
}

export interface SimNatsOptions {
  readonly seed: number;
  readonly machines: readonly Machine[];
  readonly electionMs: number;
  /** How long a server may be silent until the others close the connection. */
  readonly routeStaleMs: number;
  readonly rates: NatsRates;
}

const TICK_MS = 100;
const API = "$JS.API.";
const NO_HEADERS = {};
const EMPTY = new Uint8Array();
const encoder = new TextEncoder();

export class SimNats {
  readonly network: Network;
  readonly servers: readonly NatsServer[];
  readonly streams = new Map<string, SimStream>();
  readonly rates: NatsRates;
  readonly random: Random;
  /** A message has got a sequence. */
  onStored: (stream: SimStream, sequence: number, id: string | undefined) => void = () => {};
  readonly #routes: Routes;
  readonly #electionMs: number;
  #created = 0;

  constructor(network: Network, { seed, machines, electionMs, routeStaleMs, rates }: SimNatsOptions) {
    this.network = network;
    this.rates = { ...rates };
    this.random = randomStream(seed, "nats");
    this.#electionMs = electionMs;
    this.servers = machines.map((machine) => new NatsServer(machine));
    this.#routes = new Routes(network, randomStream(seed, "routes"), this.servers, routeStaleMs);
    for (const server of this.servers) server.start();
    this.#tick();
  }

  /** Whether a majority of the servers can be reached from this one. */
  hasMajority(server: NatsServer): boolean {
    const alive = this.servers.filter((other) => this.#routes.isAlive(server, other));
    return alive.length > this.servers.length / 2;
  }

  /** Starts a server that is not there, with its files. */
  start(server: NatsServer): void {
    if (server.isThere) return;
    server.start();
    for (const stream of this.streams.values()) stream.restarted(server);
  }

  /** Ends all faults. */
  repair(rates: NatsRates): void {
    Object.assign(this.rates, { lostMessages: 0 }, rates);
    for (const stream of this.streams.values()) stream.isFull = false;
    for (const server of this.servers) {
      server.lagMs = 0;
      server.machine.wake();
      for (const process of server.machine.living) process.signal("SIGCONT");
      this.start(server);
    }
  }

  /** @returns undefined when it is there already */
  createStream(config: Readonly<Record<string, unknown>>): SimStream | undefined {
    const name = String(config["name"]);
    if (this.streams.has(name)) return undefined;
    const host: StreamHost = {
      servers: this.servers,
      routes: this.#routes,
      random: this.random,
      electionMs: this.#electionMs,
      now: () => this.network.scheduler.now,
      after: (ms, callback) => void this.network.scheduler.after(ms, callback),
      stored: (stream, sequence, id) => this.onStored(stream, sequence, id),
      republish: (stream, leader, sequence) => this.#republish(stream, leader, sequence),
    };
    const stream = new SimStream(host, config, `2026-01-01T00:00:00.${++this.#created}Z`);
    this.streams.set(name, stream);
    return stream;
  }

  /** As another node would: with an identity of its own. */
  recreateStream({ name, config }: SimStream): void {
    this.deleteStream(name);
    this.createStream({ ...config, description: describeNew(() => this.random.next()) });
  }

  deleteStream(name: string): void {
    this.streams.get(name)?.delete();
    this.streams.delete(name);
  }

  /** A server got this from one of its clients. */
  publish(server: NatsServer, publication: Publication): void {
    const { subject, data, messageId, expectedSequence, reply } = publication;
    if (subject.startsWith(API)) return answerApi(this, server, publication);
    const stream = [...this.streams.values()].find(({ subjects }) =>
      subjects.some((pattern) => matches(pattern, subject))
    );
    if (stream === undefined && reply === undefined) {
      return this.#broadcast(server, subject, data, NO_HEADERS);
    }
    const leaders = stream?.leadersSeenBy(server) ?? [];
    if (leaders.length === 0) {
      // No responders.
      return server.reply(reply, { data: EMPTY, code: 503, headers: NO_HEADERS });
    }
    for (const leader of leaders) {
      server.send(leader, () =>
        stream!.propose(
          leader,
          {
            kind: "store",
            subject,
            data,
            id: messageId,
            expected: expectedSequence,
            at: this.network.scheduler.now,
          },
          (from, result) => {
            if (this.random.chance(this.rates.lostAcks)) return;
            from.reply(reply, jsonMessage(acknowledgment(stream!, result)));
          },
        ));
    }
  }

  #broadcast(
    server: NatsServer,
    subject: string,
    data: Uint8Array,
    headers: Readonly<Record<string, string>>,
  ): void {
    const message = { data, code: 0, headers };
    if (this.random.chance(this.rates.lostMessages ?? 0)) return;
    for (const other of this.servers) server.send(other, () => other.deliver(subject, message));
  }

  #republish(stream: SimStream, leader: NatsServer, sequence: number): void {
    const republish = stream.config["republish"] as { readonly dest: string } | undefined;
    if (republish === undefined) return;
    const { data } = stream.replicas.get(leader)!.get(sequence)!;
    const headers = { "Nats-Stream": stream.name, "Nats-Sequence": String(sequence) };
    const message = { data, code: 0, headers };
    const { lostRepublish, doubledRepublish, republishDelayMs } = this.rates;
    const deliver = (server: NatsServer) =>
      leader.send(server, () => {
        const delayMs = this.random.chance(0.2) ? this.random.next() * republishDelayMs : 0;
        if (delayMs === 0) server.deliver(republish.dest, message);
        else server.process.after(delayMs, () => server.deliver(republish.dest, message));
      });
    for (const server of this.servers) {
      if (this.random.chance(lostRepublish)) continue;
      deliver(server);
      if (this.random.chance(doubledRepublish)) deliver(server);
    }
  }

  #tick(): void {
    this.#routes.tick();
    for (const stream of this.streams.values()) stream.tick();
    this.network.scheduler.after(TICK_MS, () => this.#tick());
  }
}

export function jsonMessage(value: unknown) {
  return { data: encoder.encode(JSON.stringify(value)), code: 0, headers: NO_HEADERS };
}

function acknowledgment({ name }: SimStream, result: ProposalResult): Readonly<Record<string, unknown>> {
  if (result.kind === "refused") {
    return { error: { code: 503, err_code: result.code, description: result.why } };
  }
  return { stream: name, seq: result.sequence, ...result.isDuplicate ? { duplicate: true } : {} };
}
