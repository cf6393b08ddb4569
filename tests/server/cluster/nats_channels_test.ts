// Channels between nodes over a real NATS server, which is killed on the way.

import { assert, assertEquals } from "@std/assert";
import { type NatsLink, NodeMessages, openLink } from "../../../src/journal/engines/nats/mod.ts";
import { NodeChannels } from "../../../src/server/cluster/channels/mod.ts";
import { DENO_CLOCK } from "../../../src/time/mod.ts";
import { isNatsMissing, NatsServer } from "../../support/programs/nats_server.ts";

const ignore = await isNatsMissing();
const COUNT = 2_000;
const LOGIN = { user: "rank", password: "secret" };
/** What the page about the log says that messages between nodes need. */
const SUBJECTS = `["rank.test.node.*"]`;
const config = `authorization { users = [ { user: "rank", password: "secret", permissions: { ` +
  `publish: ${SUBJECTS}, subscribe: ${SUBJECTS} } } ] }`;

class Node implements AsyncDisposable {
  readonly received: string[] = [];
  readonly all = Promise.withResolvers<void>();
  readonly channels: NodeChannels;
  readonly #link: NatsLink;

  private constructor(link: NatsLink, node: string) {
    this.#link = link;
    this.channels = new NodeChannels({
      link: new NodeMessages(link, "test"),
      clock: { now: () => performance.now(), after: DENO_CLOCK.after },
      afterIo: (callback) => void setImmediate(callback),
      journal: { node, isLive: () => true },
      take: (_, { bytes }) => {
        this.received.push(new TextDecoder().decode(bytes));
        if (this.received.length === COUNT) this.all.resolve();
        return true;
      },
      onFault: (error) => this.all.reject(error),
    });
  }

  static async start(server: NatsServer, node: string): Promise<Node> {
    const options = { servers: [server.address], name: node, login: LOGIN };
    return new Node(await openLink(options, new AbortController().signal), node);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.channels.stop();
    await this.#link.close();
  }
}

Deno.test({
  name: "messages of all sizes go both ways, once and in order, although the server is killed",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start({ config });
    await using a = await Node.start(server, "a-00000001");
    await using b = await Node.start(server, "b-00000001");
    const sent: string[] = [];
    for (let i = 0; i < COUNT; i++) {
      const text = `${i} `.padEnd(i % 500 === 7 ? 1_200_000 : 1 + i % 300, "x");
      sent.push(text);
      const message = new TextEncoder().encode(text);
      assert(a.channels.send("b-00000001", message));
      assert(b.channels.send("a-00000001", message));
      if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      if (i !== COUNT / 2) continue;
      await server.kill();
      await server.restart();
    }
    await Promise.all([a.all.promise, b.all.promise]);
    for (const { received } of [a, b]) {
      assertEquals(received.map((text) => text.length), sent.map((text) => text.length));
      assert(received.every((text, index) => text === sent[index]));
    }
  },
});
