// The requests to JetStream that the product makes. Those that only a leader answers go to all that take themselves for one.

import type { NatsServer, Publication } from "./nats_server.ts";
import type { StoredMessage } from "./replica.ts";
import { jsonMessage, type SimNats } from "./sim_nats.ts";
import type { SimStream } from "./sim_stream.ts";

const NO_MESSAGE = { error: { code: 404, err_code: 10_037, description: "no message found" } };
const NOT_FOUND = { error: { code: 404, err_code: 10_059, description: "stream not found" } };
const NAME_IN_USE = { error: { code: 400, err_code: 10_058, description: "stream name already in use" } };
const UNMADE = "0001-01-01T00:00:00Z";
/** How long a stream is being made, in ms. */
const MAKING_MS = 20;

interface MessageQuery {
  readonly seq?: number;
  readonly next_by_subj?: string;
  readonly last_by_subj?: string;
}

export function answerApi(nats: SimNats, server: NatsServer, publication: Publication): void {
  const { subject, data, reply } = publication;
  const [, , group, ...rest] = subject.split(".");
  const action = group === "DIRECT" || rest.length < 3
    ? `${group}.${rest[0]}`
    : `${group}.${rest[0]}.${rest[1]}`;
  const name = rest.at(-1)!;
  const stream = nats.streams.get(name);
  const text = new TextDecoder().decode(data);
  const query = text === "" ? {} : JSON.parse(text);
  if (action === "STREAM.CREATE") {
    // Without a majority, there is no answer.
    if (!nats.hasMajority(server)) return;
    const created = nats.createStream(query);
    return server.reply(reply, jsonMessage(created === undefined ? NAME_IN_USE : described(created, 0, 0)));
  }
  if (stream === undefined) {
    if (nats.hasMajority(server)) server.reply(reply, jsonMessage(NOT_FOUND));
    return;
  }
  if (action === "DIRECT.GET") return readDirectly(nats, server, publication, stream, query);
  for (const leader of stream.leadersSeenBy(server)) {
    server.send(leader, () => {
      if (stream.isLeader(leader)) answerAsLeader(nats, leader, publication, { stream, action, query });
    });
  }
}

function answerAsLeader(
  nats: SimNats,
  leader: NatsServer,
  { reply }: Publication,
  { stream, action, query }: {
    readonly stream: SimStream;
    readonly action: string;
    readonly query: MessageQuery & { readonly filter?: string };
  },
): void {
  const replica = stream.replicas.get(leader)!;
  switch (action) {
    case "STREAM.INFO": {
      const isMaking = nats.network.scheduler.now - stream.createdAt < MAKING_MS;
      const answer = described(stream, replica.first, replica.last);
      return leader.reply(reply, jsonMessage(isMaking ? { ...answer, created: UNMADE } : answer));
    }
    case "STREAM.MSG.GET": {
      const message = find(stream, leader, query);
      if (message === undefined) return leader.reply(reply, jsonMessage(NO_MESSAGE));
      const { sequence: seq, subject, data } = message;
      const encoded = btoa(String.fromCharCode(...data));
      return leader.reply(reply, jsonMessage({ message: { subject, seq, data: encoded } }));
    }
    case "STREAM.PURGE": {
      const { seq, filter } = query;
      const change = filter === undefined ? { before: seq! } : { filter };
      return stream.propose(
        leader,
        { kind: "purge", ...change },
        (from, { kind }) => from.reply(reply, jsonMessage({ success: kind === "stored" })),
      );
    }
    default:
      throw new Error(`The simulated JetStream does not know ${action}`);
  }
}

/** Any replica answers, also one that is behind, stopped or cut off. */
function readDirectly(
  nats: SimNats,
  server: NatsServer,
  { reply }: Publication,
  stream: SimStream,
  query: MessageQuery,
): void {
  const replica = nats.random.pick(nats.servers.filter((other) => server.hasRoute(other)));
  server.send(replica, () => {
    const message = find(stream, replica, query);
    if (message === undefined) {
      return replica.reply(reply, { data: new Uint8Array(), code: 404, headers: {} });
    }
    const headers = { "Nats-Sequence": String(message.sequence), "Nats-Stream": stream.name };
    replica.reply(reply, { data: message.data, code: 0, headers });
  });
}

function find(stream: SimStream, server: NatsServer, query: MessageQuery): StoredMessage | undefined {
  const replica = stream.replicas.get(server)!;
  if (query.last_by_subj !== undefined) return replica.lastOf(query.last_by_subj);
  return query.next_by_subj === undefined ? replica.get(query.seq!) : replica.next(query.seq!);
}

function described({ config, created }: SimStream, first: number, last: number) {
  return { config, created, state: { first_seq: first, last_seq: last } };
}
