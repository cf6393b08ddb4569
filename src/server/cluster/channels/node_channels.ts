// Messages between servers, once and in order. A channel connects two nodes, and ends when one of them stops or takes another
// name; messages that were not delivered by then are lost. Messages of one iteration of the event loop are sent together, and
// packets that are not acknowledged are repeated.

import type { SharedJournal } from "../../../journal/engines/mod.ts";
import { type Clock, Deadlines, oncePerTurn } from "../../../time/mod.ts";
import { IncomingChannel, type ReceivedMessage } from "./incoming_channel.ts";
import type { NodeLink } from "./node_link.ts";
import { OutgoingChannel } from "./outgoing_channel.ts";
import { decodePacket, encodeAcknowledgment, type Packet } from "./packet.ts";

const REPEAT_MS = 500;
/** How long packets may wait for a common acknowledgment: it takes as much work as a packet. */
const ACKNOWLEDGE_MS = 50;
/** How many bytes may wait for it: a fraction of what a sender may have under way. */
const ACKNOWLEDGE_BYTES = 64 * 1024;
/** Of messages to one node that are not acknowledged. */
const QUEUE_BYTES = 16 * 1024 * 1024;
/** Senders that are not, or no longer, in the log. */
const MAX_UNKNOWN_SENDERS = 64;

/**
 * Takes a message, which is not offered again. False: it must wait; it is offered again, before any other message of its
 * sender, when `resume` is called.
 */
export type TakeMessage = (node: string, message: ReceivedMessage, resume: () => void) => boolean;

export interface NodeChannelsOptions {
  readonly link: NodeLink;
  readonly clock: Clock;
  /** Calls back in the next iteration of the event loop; `setImmediate`. */
  readonly afterIo: (callback: () => void) => void;
  readonly journal: Pick<SharedJournal, "node" | "isLive">;
  readonly take: TakeMessage;
  /** Called with errors of {@linkcode take}. */
  readonly onFault: (error: unknown) => void;
  readonly queueBytes?: number;
}

export class NodeChannels {
  readonly #options: NodeChannelsOptions;
  readonly #repeats: Deadlines<string>;
  readonly #acknowledgments: Deadlines<string>;
  readonly #outgoing = new Map<string, OutgoingChannel>();
  readonly #incoming = new Map<string, IncomingChannel>();
  /**
   * Nodes with messages to take. That is done in the next turn of the event loop: what comes of records that are applied in
   * this one is told to clients before.
   */
  readonly #toTake = new Set<string>();
  /** Nodes with something to send to, and nodes that must get an acknowledgment. */
  readonly #toSend = new Set<string>();
  readonly #toAcknowledge = new Set<string>();
  readonly #schedule: () => void;
  #isStopped = false;
  #node: string;
  #unsubscribe: () => void;

  constructor(options: NodeChannelsOptions) {
    this.#options = options;
    this.#schedule = oncePerTurn(options.afterIo, () => this.#flush());
    this.#repeats = new Deadlines(options.clock, (node) => this.#repeat(node));
    this.#acknowledgments = new Deadlines(options.clock, (node) => this.#acknowledge(node));
    this.#node = options.journal.node;
    this.#unsubscribe = this.#subscribe();
  }

  /** Queues a message. False: the node is not live, its queue is full, or this end is stopped; nothing was queued. */
  send(node: string, message: Uint8Array): boolean {
    const { journal, queueBytes = QUEUE_BYTES } = this.#options;
    if (this.#isStopped || !journal.isLive(node)) return false;
    let channel = this.#outgoing.get(node);
    if (channel === undefined) {
      channel = new OutgoingChannel({ from: this.#node, to: node }, queueBytes);
      this.#outgoing.set(node, channel);
    }
    if (!channel.push(message)) return false;
    this.#toSend.add(node);
    this.#schedule();
    return true;
  }

  /** The node is gone for good: its channels end. */
  nodeGone(node: string): void {
    this.#outgoing.delete(node);
    this.#incoming.delete(node);
    this.#repeats.remove(node, REPEAT_MS);
    this.#acknowledgments.remove(node, ACKNOWLEDGE_MS);
  }

  /** This server has another name: all channels end. */
  renew(node: string): void {
    this.stop();
    this.#isStopped = false;
    this.#node = node;
    this.#unsubscribe = this.#subscribe();
  }

  /** Ends all channels, and opens none until {@linkcode renew}. */
  stop(): void {
    this.#isStopped = true;
    this.#unsubscribe();
    this.#outgoing.clear();
    this.#incoming.clear();
    this.#toTake.clear();
    this.#toSend.clear();
    this.#toAcknowledge.clear();
    this.#repeats.clear();
    this.#acknowledgments.clear();
  }

  #subscribe(): () => void {
    return this.#options.link.subscribe(this.#node, (bytes) => {
      const packet = decodePacket(bytes);
      if (packet !== undefined && packet.to === this.#node) this.#receive(packet);
    });
  }

  #receive(packet: Packet): void {
    const { from } = packet;
    if ("acknowledged" in packet) return this.#acknowledged(from, packet.acknowledged);
    const channel = this.#incoming.get(from) ?? this.#open(from);
    const isOwed = channel.owedBytes > 0;
    const isNew = channel.add(packet.sequence, packet.parts, this.#options.clock.now());
    this.#toTake.add(from);
    // The acknowledgment of a packet that is known may have been lost.
    if (!isNew || channel.owedBytes >= ACKNOWLEDGE_BYTES) this.#toAcknowledge.add(from);
    else if (!isOwed) this.#acknowledgments.add(from, ACKNOWLEDGE_MS);
    this.#schedule();
  }

  /** In the next turn. */
  #acknowledge(node: string): void {
    this.#toAcknowledge.add(node);
    this.#schedule();
  }

  #open(node: string): IncomingChannel {
    const { journal } = this.#options;
    const unknown = [...this.#incoming.keys()].filter((known) => !journal.isLive(known));
    if (unknown.length >= MAX_UNKNOWN_SENDERS) this.#incoming.delete(unknown[0]!);
    const channel = new IncomingChannel();
    this.#incoming.set(node, channel);
    return channel;
  }

  #offer(node: string, channel: IncomingChannel): void {
    const resume = () => {
      if (this.#incoming.get(node) !== channel) return;
      this.#toTake.add(node);
      this.#acknowledge(node);
    };
    // A message may end the channel that delivers it.
    channel.offer((message) => this.#incoming.get(node) === channel && this.#take(node, message, resume));
  }

  #take(node: string, message: ReceivedMessage, resume: () => void): boolean {
    try {
      return this.#options.take(node, message, resume);
    } catch (error) {
      this.#options.onFault(error);
      return true;
    }
  }

  #acknowledged(node: string, sequence: number): void {
    const channel = this.#outgoing.get(node);
    if (channel === undefined || !channel.acknowledge(sequence)) return;
    this.#repeats.remove(node, REPEAT_MS);
    if (channel.isWaiting) this.#repeats.add(node, REPEAT_MS);
    for (const packet of channel.packetsToContinue()) this.#options.link.publish(node, packet);
    this.#toSend.add(node);
    this.#schedule();
  }

  #flush(): void {
    const { link } = this.#options;
    const toTake = [...this.#toTake];
    this.#toTake.clear();
    for (const node of toTake) {
      const channel = this.#incoming.get(node);
      if (channel !== undefined) this.#offer(node, channel);
    }
    for (const node of this.#toAcknowledge) {
      const channel = this.#incoming.get(node);
      if (channel === undefined) continue;
      this.#acknowledgments.remove(node, ACKNOWLEDGE_MS);
      link.publish(node, encodeAcknowledgment({ from: this.#node, to: node }, channel.acknowledge()));
    }
    this.#toAcknowledge.clear();
    for (const node of this.#toSend) {
      const channel = this.#outgoing.get(node);
      if (channel === undefined) continue;
      const wasWaiting = channel.isWaiting;
      const packets = channel.takePackets();
      if (!wasWaiting && channel.isWaiting) this.#repeats.add(node, REPEAT_MS);
      for (const packet of packets) link.publish(node, packet);
    }
    this.#toSend.clear();
  }

  #repeat(node: string): void {
    const { link, journal } = this.#options;
    const channel = this.#outgoing.get(node);
    if (channel === undefined || !channel.isWaiting) return;
    if (!journal.isLive(node)) return this.nodeGone(node);
    this.#repeats.add(node, REPEAT_MS);
    for (const packet of channel.packetsToRepeat()) link.publish(node, packet);
  }
}
