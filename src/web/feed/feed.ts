// Keeps the open pages up to date. It looks at the server by itself, at most every 250 ms and only while a page is open, and
// what it finds is encoded once for all pages. However much happens, it takes a twentieth of the time at most.

import type { Incoming } from "../../server/connection/mod.ts";
import type { Clock, YieldToIo } from "../../time/mod.ts";
import type { Viewer } from "../access/mod.ts";
import { activityOf } from "./activity_of.ts";
import { Chart } from "./chart.ts";
import { encodeEvent, encodeSnapshot, KEEP_ALIVE } from "./encode_event.ts";
import { EventStream } from "./event_stream.ts";
import type { ChartPoint } from "../messages/mod.ts";
import type { SeenEvent, SeenEvents } from "./seen_events.ts";
import { ServerView, type Viewed } from "./server_view.ts";
import { Streams } from "./streams.ts";

export interface FeedOptions {
  readonly host: Viewed;
  readonly seen: SeenEvents;
  readonly clock: Clock;
  readonly wallClock: () => number;
  readonly yieldToIo: Pick<YieldToIo, "take" | "spend">;
  readonly maxStreams: number;
  readonly maxQueuedBytes: number;
  readonly onFault: (error: unknown) => void;
}

const LOOK_MS = 250;
/** Between two looks, for so many times as long as the last one took. */
const REST = 20;
const KEEP_ALIVE_MS = 15_000;
/** Entries sent after one look; the numbers of the others are missing. */
const MAX_ENTRIES = 50;

export class Feed {
  readonly #options: FeedOptions;
  readonly #view: ServerView;
  readonly #chart: Chart;
  readonly #streams: Streams;
  /** Those that have not had their snapshot. */
  readonly #new = new Set<EventStream>();
  #newPoints: ChartPoint[] = [];
  #sentId = 0;
  #sentAt = 0;
  #nextAt = 0;
  #isLooking = false;
  #stopTimer: (() => void) | undefined;
  #isClosed = false;

  constructor(options: FeedOptions) {
    const { host, seen, clock, wallClock, maxStreams } = options;
    this.#options = options;
    this.#view = new ServerView(host);
    this.#streams = new Streams(maxStreams);
    this.#chart = new Chart({
      clock,
      wallClock,
      members: () => host.status().members,
      counts: () => seen.counts,
      onPoint: (point) => {
        if (this.#streams.size > 0) this.#newPoints.push(point);
      },
    });
  }

  /** Open pages. */
  get size(): number {
    return this.#streams.size;
  }

  /** Whether {@linkcode makeRoom} would. */
  hasRoom(ip: string): boolean {
    return !this.#isClosed && this.#streams.hasRoom(ip);
  }

  /** Whether one more page from this address may be opened; {@linkcode open} must follow. */
  makeRoom(ip: string): boolean {
    return !this.#isClosed && this.#streams.makeRoom(ip);
  }

  /** Owns the connection from now on. */
  open(connection: Incoming, ip: string, viewer: Viewer): void {
    const stream = new EventStream(connection, {
      ip,
      viewer,
      maxQueuedBytes: this.#options.maxQueuedBytes,
      onClosed: (stream) => this.#closed(stream),
    });
    if (this.#isClosed) return stream.close();
    this.#streams.add(stream);
    this.#new.add(stream);
    this.#schedule();
  }

  /** Closes all pages. */
  close(): void {
    this.#isClosed = true;
    this.#chart.stop();
    for (const stream of [...this.#streams]) stream.close();
  }

  #closed(stream: EventStream): void {
    this.#streams.remove(stream);
    this.#new.delete(stream);
    if (this.#streams.size > 0) return;
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.#newPoints = [];
    if (!this.#isLooking) this.#view.clear();
  }

  #schedule(): void {
    if (this.#stopTimer !== undefined || this.#isLooking || this.#streams.size === 0) return;
    const { clock } = this.#options;
    this.#stopTimer = clock.after(Math.max(0, this.#nextAt - clock.now()), () => {
      this.#stopTimer = undefined;
      void this.#look();
    });
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    const { clock, yieldToIo, onFault } = this.#options;
    this.#isLooking = true;
    try {
      await yieldToIo.take();
      const startedAt = clock.now();
      const snapshot = this.#update();
      const tookMs = clock.now() - startedAt;
      this.#nextAt = startedAt + Math.max(LOOK_MS, REST * tookMs);
      yieldToIo.spend(tookMs);
      await snapshot;
    } catch (error) {
      onFault(error);
    }
    this.#isLooking = false;
    if (this.#streams.size === 0) this.#view.clear();
    else this.#schedule();
  }

  /** Sends what is new to every page, and a snapshot to those that are new; that may take longer. */
  #update(): Promise<void> | undefined {
    const { seen, clock } = this.#options;
    for (const stream of [...this.#streams]) if (!stream.viewer.isValid()) stream.close();
    const events = seen.after(this.#sentId);
    this.#sentId = seen.lastId;
    const changes = this.#view.look(events.some(isAboutSeats));
    if (changes !== undefined) this.#send(encodeEvent("changes", changes));
    if (events.length > 0) {
      this.#send(encodeEvent("activity", events.slice(-MAX_ENTRIES).map(activityOf)));
    }
    for (const point of this.#newPoints.splice(0)) this.#send(encodeEvent("chart", point));
    if (clock.now() - this.#sentAt > KEEP_ALIVE_MS) this.#send(KEEP_ALIVE);
    return this.#new.size === 0 ? undefined : this.#sendSnapshot();
  }

  #send(bytes: Uint8Array): void {
    this.#sentAt = this.#options.clock.now();
    for (const stream of this.#streams) if (!this.#new.has(stream)) stream.send(bytes);
  }

  async #sendSnapshot(): Promise<void> {
    const { seen, yieldToIo, clock } = this.#options;
    const streams = [...this.#new];
    const activity = seen.after(0).map(activityOf);
    const snapshot = { ...this.#view.current, activity, chart: [...this.#chart.points] };
    const startedAt = clock.now();
    const bytes = await encodeSnapshot(snapshot, yieldToIo, () => clock.now());
    this.#nextAt = Math.max(this.#nextAt, startedAt + REST * (clock.now() - startedAt) / 2);
    for (const stream of streams) {
      this.#new.delete(stream);
      stream.send(bytes);
    }
  }
}

function isAboutSeats({ event }: SeenEvent): boolean {
  return event.event.startsWith("client_") || event.event === "seats_restored";
}
