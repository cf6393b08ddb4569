// A client that knows several servers with one ranking: when its connection ends, it claims its seat at the next one. One
// process holds thousands of them. It remembers what must not happen to it: another ticket, a promotion.

import { LineConnection, type Message } from "./line_connection.ts";

export interface MovingOptions {
  readonly name: string;
  /** The servers, in the order in which they are tried. */
  readonly ports: readonly number[];
  /** It asks for a lease of this length, and proves it by a ping six times in it. */
  readonly leaseMs?: number;
  /** Without an answer to a ping for this long, it tries the next server. Absent: only when its connection ends. */
  readonly silenceMs?: number;
  /** What it answers to a command. */
  readonly execute?: (params: Message) => Message | Promise<Message>;
  /** Called with each answer to a ping that it sent for the seat that it still has. */
  readonly onProof?: (client: MovingClient, sentAt: number) => void;
  readonly onChange?: () => void;
}

export interface Move {
  readonly port: number;
  readonly at: number;
  readonly ticket: number;
}

const RETRY_MS = 50;
const CONNECT_MS = 2_500;
const REFUSALS = 20;

export class MovingClient {
  readonly name: string;
  rank = -1;
  ticket = -1;
  leadAfterMs = 0;
  seatedAt = 0;
  /** The rank before each promotion, since it has its seat. */
  readonly promotedFrom: number[] = [];
  /** Each time that it got a seat, the same or another. */
  readonly seats: Move[] = [];
  /** The last ones. */
  readonly refusals: string[] = [];
  readonly executed: Message[] = [];
  servers: readonly string[] = [];
  readonly #options: MovingOptions;
  readonly #living: Promise<void>;
  #token: string | undefined;
  #next: number;
  #connection: LineConnection | undefined;
  #isSeated = false;
  #isStopped = false;
  /** `hello` was answered. A `welcome` before that is of a seat that it may not keep. */
  #isGreeted = false;

  /** @param first the number of the server that it tries first */
  constructor(options: MovingOptions, first = 0) {
    this.#options = options;
    this.name = options.name;
    this.#next = first;
    this.#living = this.#live();
  }

  get isSeated(): boolean {
    return this.#isSeated;
  }

  /** Where it is seated, or was last. */
  get port(): number {
    return this.seats.at(-1)?.port ?? -1;
  }

  /** Asks for something; the answer. */
  request(method: string, params: Message = {}): Promise<Message> {
    if (this.#connection === undefined) throw new Error(`${this.name} is not connected`);
    return this.#connection.request(method, params);
  }

  /** Gives its seat up for good. */
  async leave(): Promise<void> {
    this.#isStopped = true;
    await this.#connection?.request("leave").catch(() => {});
    await this.close();
  }

  /** Ends its connection; the server keeps its seat for a while. */
  async close(): Promise<void> {
    this.#isStopped = true;
    this.#connection?.close();
    await this.#living;
  }

  async #live(): Promise<void> {
    const { ports } = this.#options;
    for (let failures = 0; !this.#isStopped;) {
      const port = ports[this.#next % ports.length]!;
      const before = this.seats.length;
      try {
        await this.#visit(port);
      } catch (error) {
        if (error instanceof SyntaxError || error instanceof TypeError) throw error;
      }
      this.#isSeated = false;
      this.#connection = undefined;
      this.#options.onChange?.();
      this.#next++;
      failures = this.seats.length > before ? 0 : failures + 1;
      if (failures >= ports.length && !this.#isStopped) await pause(RETRY_MS);
    }
  }

  /** Until the connection ends. */
  async #visit(port: number): Promise<void> {
    using connection = await LineConnection.open(port, CONNECT_MS);
    if (this.#isStopped) return;
    this.#connection = connection;
    const { name, leaseMs, silenceMs } = this.#options;
    const params = { name, resume: this.#token, lease_ms: leaseMs };
    this.#isGreeted = false;
    const answered = connection.request("hello", params).then((answer) => this.#greeted(answer, port));
    const reading = connection.read((message) => this.#take(message, port));
    const late = setTimeout(() => connection.close(), CONNECT_MS);
    const pings = leaseMs === undefined && silenceMs === undefined ? undefined : this.#prove(connection);
    try {
      await Promise.race([answered, reading]);
      clearTimeout(late);
      await reading;
    } finally {
      clearTimeout(late);
      clearInterval(pings);
      answered.catch(() => {});
    }
  }

  #greeted({ result, error }: Message, port: number): void {
    this.#isGreeted = true;
    if (error !== undefined) {
      const { data: { reason, waiting }, message } = error;
      this.#refused(`${reason}: ${message}`);
      // The seat is gone for good.
      if (reason === "unauthenticated") this.#token = undefined;
      if (!waiting) this.#connection?.close();
      return;
    }
    this.#seated(result, port);
  }

  #take({ id, method, params }: Message, port: number): void {
    switch (method) {
      case "welcome":
        if (this.#isGreeted) this.#seated(params, port);
        // The answer to `hello` repeats no token.
        else this.#token ??= params.resume;
        break;
      case "promoted":
        if (!this.#isSeated) break;
        this.promotedFrom.push(params.was);
        this.rank = params.rank;
        this.#options.onChange?.();
        break;
      case "ping":
        this.#connection?.respond(id, {});
        break;
      case "execute":
        this.executed.push(params);
        if (id !== undefined) void this.#execute(id, params);
        break;
      case "closing":
        this.#refused(`${params.reason}: ${params.message}`);
        this.#connection?.close();
    }
  }

  #seated(place: Message, port: number): void {
    const { rank, ticket, resume, times, servers } = place;
    Object.assign(this, { rank, ticket, servers: servers ?? [] });
    this.leadAfterMs = times.lead_after_ms;
    this.seatedAt = performance.now();
    this.#token = resume ?? this.#token;
    if (!this.#isSeated) this.seats.push({ port, at: this.seatedAt, ticket });
    this.#isSeated = true;
    this.#options.onChange?.();
  }

  #refused(why: string): void {
    this.refusals.push(why);
    if (this.refusals.length > REFUSALS) this.refusals.shift();
  }

  async #execute(id: unknown, params: Message): Promise<void> {
    const connection = this.#connection!;
    const result = await (this.#options.execute?.(params) ?? { code: 0, stdout: this.name });
    connection.respond(id, result);
  }

  #prove(connection: LineConnection): ReturnType<typeof setInterval> {
    const { leaseMs = Infinity, silenceMs = Infinity, onProof } = this.#options;
    let provenAt = performance.now();
    return setInterval(() => {
      if (performance.now() - provenAt > Math.min(silenceMs, CONNECT_MS)) return connection.close();
      const sentAt = performance.now();
      const { ticket } = this;
      connection.request("ping").then(() => {
        provenAt = performance.now();
        if (this.#isSeated && ticket === this.ticket) onProof?.(this, sentAt);
      }, () => {});
    }, Math.min(leaseMs / 6, silenceMs / 3));
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
