import { assert, assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import { decodePacket, MAX_PACKET_BYTES } from "../../../src/server/cluster/channels/packet.ts";
import { NodeChannels, type TakeMessage } from "../../../src/server/cluster/channels/mod.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { Random } from "../../support/random.ts";
import { holds } from "../../support/seed.ts";
import { BAD_LINK, FakeLink, GOOD_LINK, type LinkFaults } from "./fake_link.ts";

const LONG_MS = 600_000;

/** Nodes that are all live, and what each has received. */
class Scene {
  readonly clock = new FakeClock();
  readonly link: FakeLink;
  readonly live = new Set<string>();
  readonly received = new Map<string, string[]>();
  readonly faults: unknown[] = [];

  constructor(faults: LinkFaults = GOOD_LINK, seed = 1) {
    this.link = new FakeLink(this.clock, new Random(seed), faults);
  }

  node(name: string, { queueBytes, take }: { queueBytes?: number; take?: TakeMessage } = {}): NodeChannels {
    this.live.add(name);
    const received: string[] = [];
    this.received.set(name, received);
    return new NodeChannels({
      link: this.link,
      clock: this.clock,
      afterIo: (callback) => void this.clock.after(0, callback),
      journal: { node: name, isLive: (node) => this.live.has(node) },
      take: (from, message, resume) => {
        if (take !== undefined && !take(from, message, resume)) return false;
        received.push(`${from}:${new TextDecoder().decode(message.bytes)}`);
        return true;
      },
      onFault: (error) => void this.faults.push(error),
      ...(queueBytes === undefined ? {} : { queueBytes }),
    });
  }
}

/** A packet on its way from "a" to "b". */
function sendText(scene: Scene) {
  const a = scene.node("a");
  const b = scene.node("b");
  a.send("b", bytesOf("text"));
  scene.clock.advance(10);
  return { b, packet: scene.link.packets[0]! };
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

Deno.test("every message is received once and in order, whatever the link does", () => {
  holds(
    fc.property(fc.integer(), (seed) => {
      const random = new Random(seed);
      const scene = new Scene(BAD_LINK, seed);
      const names = ["a", "b", "c"];
      const nodes = new Map(names.map((name) => [name, scene.node(name)]));
      const sent = new Map(names.map((name) => [name, [] as string[]]));
      for (let i = 0; i < 150; i++) {
        const [from, to] = random.sample(names, 2);
        const text = `${i}`.padEnd(random.chance(0.02) ? 1_500_000 : random.below(50), ".");
        assert(nodes.get(from!)!.send(to!, bytesOf(text)));
        sent.get(to!)!.push(`${from}:${text}`);
        if (random.chance(0.5)) scene.clock.advance(random.below(40));
      }
      scene.clock.advance(LONG_MS);
      for (const to of names) {
        for (const from of names) {
          const between = (texts: readonly string[]) => texts.filter((text) => text.startsWith(`${from}:`));
          assertEquals(
            between(scene.received.get(to)!).map((text) => text.slice(0, 60)),
            between(sent.get(to)!).map((text) => text.slice(0, 60)),
          );
        }
        assertEquals(scene.received.get(to)!.length, sent.get(to)!.length);
      }
      assertEquals([scene.clock.timers, scene.faults], [0, []]);
    }),
    { numRuns: 40 },
  );
});

Deno.test("what is sent in one turn is one packet, and its acknowledgment is one", () => {
  const scene = new Scene();
  const a = scene.node("a");
  scene.node("b");
  for (let i = 0; i < 100; i++) a.send("b", bytesOf(`${i}`));
  scene.clock.advance(LONG_MS);
  assertEquals(scene.received.get("b")!.length, 100);
  assertEquals(scene.link.packets.map(({ node }) => node), ["b", "a"]);
  assertEquals(scene.clock.timers, 0);
});

Deno.test("no packet is larger than a link takes, and a long message arrives whole", () => {
  const scene = new Scene();
  const a = scene.node("a");
  scene.node("b");
  const long = "x".repeat(9_000_000);
  for (const text of ["first", long, "last"]) assert(a.send("b", bytesOf(text)));
  scene.clock.advance(LONG_MS);
  assertEquals(scene.received.get("b")!.map((text) => text.length), [7, long.length + 2, 6]);
  for (const { bytes } of scene.link.packets) assertLess(bytes.length, MAX_PACKET_BYTES + 1);
});

Deno.test("a full queue takes no message, and takes more when the other node has received some", () => {
  const scene = new Scene();
  scene.link.faults = { ...GOOD_LINK, loss: 1 };
  const a = scene.node("a", { queueBytes: 10_000 });
  scene.node("b");
  const text = "x".repeat(1_000);
  let sent = 0;
  while (a.send("b", bytesOf(text))) sent++;
  assertEquals(sent, 9);
  scene.link.faults = GOOD_LINK;
  scene.clock.advance(LONG_MS);
  assertEquals(scene.received.get("b")!.length, 9);
  assert(a.send("b", bytesOf(text)));
  scene.clock.advance(LONG_MS);
  assertEquals(scene.received.get("b")!.length, 10);
});

Deno.test("a node that is not live is sent nothing", () => {
  const scene = new Scene();
  const a = scene.node("a");
  assert(!a.send("b", bytesOf("text")));
  assertEquals(scene.clock.timers, 0);
});

Deno.test("a channel ends with the life of the other node: nothing is repeated", () => {
  for (const end of ["is told", "finds out"]) {
    const scene = new Scene({ ...GOOD_LINK, loss: 1 });
    const a = scene.node("a");
    scene.node("b");
    a.send("b", bytesOf("text"));
    scene.clock.advance(1_200);
    assertEquals(scene.link.packets.length, 3, "sent and repeated twice");
    scene.live.delete("b");
    if (end === "is told") a.nodeGone("b");
    scene.clock.advance(LONG_MS);
    assertEquals([scene.link.packets.length, scene.clock.timers], [3, 0], end);
  }
});

Deno.test("with another name, a node sends what is queued to nobody, and begins again", () => {
  const scene = new Scene({ ...GOOD_LINK, loss: 1 });
  const a = scene.node("a");
  scene.node("b");
  a.send("b", bytesOf("old"));
  scene.clock.advance(100);
  const [old] = scene.link.packets;
  scene.live.delete("a").valueOf();
  scene.live.add("a2");
  a.renew("a2");
  scene.link.faults = GOOD_LINK;
  a.send("b", bytesOf("new"));
  scene.clock.advance(LONG_MS);
  assertEquals(scene.received.get("b"), ["a2:new"]);
  assert(decodePacket(old!.bytes)?.from === "a");
});

Deno.test("a node that has not seen the first packet of a sender's life takes none of the others", () => {
  const scene = new Scene();
  const a = scene.node("a");
  const b = scene.node("b");
  for (const text of ["1", "2", "3"]) {
    a.send("b", bytesOf(text));
    scene.clock.advance(10);
  }
  // Otherwise they are repeated.
  scene.clock.advance(LONG_MS);
  const packets = scene.link.packets.filter(({ node }) => node === "b");
  b.renew("b");
  scene.received.get("b")!.length = 0;
  for (const { bytes } of packets.slice(1)) scene.link.deliver("b", bytes);
  scene.clock.advance(LONG_MS);
  assertEquals(scene.received.get("b"), []);
  scene.link.deliver("b", packets[0]!.bytes);
  scene.clock.advance(0);
  assertEquals(scene.received.get("b"), ["a:1", "a:2", "a:3"]);
});

Deno.test("messages are taken in the next turn of the event loop, when clients know what was applied before", () => {
  const scene = new Scene();
  const { b, packet } = sendText(scene);
  b.renew("b");
  scene.received.get("b")!.length = 0;
  scene.link.deliver("b", packet.bytes);
  assertEquals(scene.received.get("b"), []);
  scene.clock.advance(0);
  assertEquals(scene.received.get("b"), ["a:text"]);
});

Deno.test("packets of an earlier life of the receiver are dropped", () => {
  const scene = new Scene();
  const { b, packet } = sendText(scene);
  b.renew("b2");
  scene.link.deliver("b2", packet.bytes);
  scene.clock.advance(0);
  assertEquals(scene.received.get("b"), ["a:text"]);
});

Deno.test("what is no packet is ignored", () => {
  const scene = new Scene();
  scene.node("b");
  const nonsense = [
    "",
    "\n",
    "{}\n",
    "null\n",
    '{"from":"a","to":"b","sequence":0}\n',
    '{"from":"a.>","to":"b","sequence":1}\n',
    '{"from":"a","to":"b","sequence":1}\nxx',
    '{"from":"a","to":"b","sequence":1}\n\u0000\u0000\u0000\u0009x',
    "x".repeat(5_000),
  ];
  for (const text of nonsense) scene.link.deliver("b", bytesOf(text));
  scene.clock.advance(LONG_MS);
  assertEquals([scene.received.get("b"), scene.link.packets, scene.faults], [[], [], []]);
});

Deno.test("a message that has to wait holds up the others of its sender only, and is offered again", () => {
  const scene = new Scene();
  let resume: (() => void) | undefined;
  let isWaiting = true;
  const [a, c] = [scene.node("a"), scene.node("c")];
  scene.node("b", {
    take: (from, _, resumeLater) => {
      if (from !== "a" || !isWaiting) return true;
      resume = resumeLater;
      return false;
    },
  });
  for (const text of ["1", "2"]) a.send("b", bytesOf(text));
  c.send("b", bytesOf("3"));
  scene.clock.advance(10_000);
  assertEquals(scene.received.get("b"), ["c:3"]);
  isWaiting = false;
  resume!();
  resume!();
  scene.clock.advance(0);
  assertEquals(scene.received.get("b"), ["c:3", "a:1", "a:2"]);
  scene.clock.advance(LONG_MS);
  assertEquals([scene.received.get("b")!.length, scene.clock.timers], [3, 0]);
});

Deno.test("a receiver that waits keeps a bounded part of what it is sent, and loses nothing", () => {
  const scene = new Scene();
  let resume = () => {};
  let isWaiting = true;
  const a = scene.node("a");
  scene.node("b", {
    take: (_from, _message, later) => {
      resume = later;
      return !isWaiting;
    },
  });
  let sent = 0;
  const message = bytesOf("x".repeat(100_000));
  while (a.send("b", message)) sent++;
  scene.clock.advance(5_000);
  const bytes = new Set(scene.link.packets.filter(({ node }) => node === "b").map(({ bytes }) => bytes));
  assertLess([...bytes].reduce((sum, { length }) => sum + length, 0), 6_000_000, "of 16 MB");
  isWaiting = false;
  resume();
  scene.clock.advance(LONG_MS);
  assertEquals([scene.received.get("b")!.length, scene.clock.timers], [sent, 0]);
});

Deno.test("small packets in a row are acknowledged together, and many bytes at once", () => {
  const scene = new Scene();
  const a = scene.node("a");
  scene.node("b");
  const acknowledgments = () => scene.link.packets.filter(({ node }) => node === "a").length;
  for (let i = 0; i < 20; i++) {
    a.send("b", bytesOf("text"));
    scene.clock.advance(1);
  }
  scene.clock.advance(LONG_MS);
  assertEquals(acknowledgments(), 1);
  a.send("b", bytesOf("x".repeat(100_000)));
  scene.clock.advance(10);
  assertEquals(acknowledgments(), 2);
  scene.clock.advance(LONG_MS);
  assertEquals([acknowledgments(), scene.clock.timers], [2, 0]);
});

Deno.test("when a link works again, what was lost is repeated without waiting for each part of it", () => {
  const scene = new Scene({ ...GOOD_LINK, loss: 1 });
  const a = scene.node("a");
  scene.node("b");
  for (let i = 0; i < 30; i++) {
    a.send("b", bytesOf("x".repeat(100_000)));
    scene.clock.advance(1);
  }
  scene.link.faults = GOOD_LINK;
  scene.clock.advance(600);
  assertEquals(scene.received.get("b")!.length, 30);
  const packets = scene.link.packets.filter(({ node }) => node === "b");
  assertEquals(packets.length, 60, "each one twice");
  scene.clock.advance(LONG_MS);
  assertEquals(scene.link.packets.filter(({ node }) => node === "b").length, 60);
});

Deno.test("an error in taking a message is told, and does not stop the channel", () => {
  const scene = new Scene();
  const a = scene.node("a");
  scene.node("b", {
    take: (_, { bytes }) => {
      if (bytes.length === 3) throw new Error("bad");
      return true;
    },
  });
  for (const text of ["1", "bad", "2"]) a.send("b", bytesOf(text));
  scene.clock.advance(LONG_MS);
  assertEquals(scene.received.get("b"), ["a:1", "a:2"]);
  assertEquals(scene.faults.length, 1);
});

Deno.test("senders that the log does not know take a bounded part of the memory, and no live one's place", () => {
  const scene = new Scene();
  const a = scene.node("a");
  scene.node("b");
  a.send("b", bytesOf("1"));
  scene.clock.advance(10);
  for (let i = 0; i < 500; i++) {
    scene.link.deliver("b", bytesOf(`{"from":"unknown-${i}","to":"b","sequence":2}\n`));
  }
  a.send("b", bytesOf("2"));
  scene.clock.advance(LONG_MS);
  assertEquals(scene.received.get("b"), ["a:1", "a:2"]);
});
