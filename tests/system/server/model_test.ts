// The whole server against the model: up to a thousand clients on real sockets join, leave, break, half-close, stall,
// yield and command by chance, many at once. What they do meets in an order that only the server knows; its log tells it.
// The model replays that order, and what every client saw has to be exactly what follows from it (G1 to G7). The seed
// fixes what is tried; in which order it arrives, within a round, is up to the kernel.

import { assert, assertEquals } from "@std/assert";
import { answerOf, assertAddsUp, ModelClient, type Seen } from "./model_client.ts";
import { ModelRoster } from "./model_roster.ts";
import type { Json } from "../../support/server/raw_client.ts";
import { Random } from "../../support/random.ts";
import { verifyJournalFile } from "../../support/server/verify_journal_file.ts";
import { ServerProcess } from "../../support/programs/start_process.ts";

const CAPACITY = 900;
const ROUNDS = 20;
const STEPS_A_ROUND = 60;
const JOINS_A_ROUND = 130;

const replayed = Deno.env.get("TEST_SEED")?.split("/")[0];
const SEEDS = replayed ? [Number(replayed)] : [11, 22, 33];

type Leave = "close" | "reset" | "halfClose";

class History {
  readonly #server: ServerProcess;
  readonly #seed: number;
  #random: Random;
  readonly #roster = new ModelRoster(CAPACITY);
  /** Sees the end of every round; at rank 0, never leaves. */
  readonly #witness: ModelClient;
  readonly #clients = new Set<ModelClient>();
  /** What each client has to have seen, by the log. */
  readonly #due = new Map<ModelClient, Seen[]>();
  readonly #byTicket = new Map<number, ModelClient>();
  readonly #ticketAtPort = new Map<number, number>();
  #logRead = 0;
  #uids = 0;
  #round = 0;
  #checks = 0;
  steps = 0;
  refused = 0;
  runs = 0;
  commands = 0;

  private constructor(server: ServerProcess, seed: number, witness: ModelClient) {
    this.#server = server;
    this.#seed = seed;
    this.#random = new Random(seed);
    this.#witness = witness;
    this.#add(witness);
  }

  static async begin(server: ServerProcess, seed: number): Promise<History> {
    return new History(server, seed, (await ModelClient.join(server.port, "program"))!);
  }

  get members(): number {
    return this.#clients.size;
  }

  /** Many things at once; then everything that follows from them is checked. */
  async round(): Promise<void> {
    this.#random = new Random(1_000 * this.#seed + this.#round++);
    const newcomers = this.#random.below(JOINS_A_ROUND);
    const steps = this.#random.below(STEPS_A_ROUND);
    for (const client of this.#clients) client.sent = undefined;
    const idle = new Set(
      [...this.#clients].filter((client) => client !== this.#witness && !client.isStalled),
    );
    const take = (count: number): ModelClient[] => {
      const taken = this.#random.sample([...idle], count);
      for (const client of taken) idle.delete(client);
      return taken;
    };
    for (const client of this.#clients) {
      if (!client.isStalled || this.#random.chance(0.5)) continue;
      client.raw.resume();
      client.isStalled = false;
    }
    const joins = Array.from({ length: newcomers }, () => this.#join());
    const leaves: Promise<void>[] = [];
    const yields: ModelClient[] = [];
    const leavers: ModelClient[] = [];
    for (let i = 0; i < steps; i++) {
      const [client] = take(1);
      if (client === undefined) break;
      const what = this.#random.next();
      if (what < 0.55) this.#command(client);
      else if (what < 0.85) {
        if (this.#random.chance(0.2)) this.#command(client);
        leavers.push(client);
        leaves.push(this.#leave(client));
      } else if (what < 0.95) {
        client.raw.stall();
        client.isStalled = true;
      } else if (client.kind === "program") yields.push(client);
    }
    this.steps += steps + joins.length;
    const moved = new Set([...leavers, ...yields]);
    const yielding = yields.map((client) => client.yield());
    await Promise.all([...joins, ...leaves, ...yielding]);
    await this.#check(moved, leavers);
  }

  async end(): Promise<void> {
    for (const client of this.#clients) {
      client.isStalled = false;
      client.raw.resume();
      client.sent = undefined;
    }
    await this.#check(new Set(), []);
    await Promise.all([...this.#clients].map((client) => client.raw.close()));
  }

  async #join(): Promise<void> {
    const kind = this.#random.chance(0.1) ? "person" : "program";
    const client = await ModelClient.join(this.#server.port, kind);
    if (client === undefined) this.refused++;
    else this.#add(client);
  }

  #add(client: ModelClient): void {
    this.#clients.add(client);
    this.#byTicket.set(client.ticket, client);
    this.#due.set(client, []);
  }

  async #leave(client: ModelClient): Promise<void> {
    this.#clients.delete(client);
    const how = this.#random.sample<Leave>(["close", "reset", "halfClose"], 1)[0]!;
    await client.raw[how]();
    if (how !== "halfClose") return;
    await client.raw.ended(30_000);
    await client.raw.close();
  }

  #command(client: ModelClient): void {
    if (client.kind === "person") return;
    const isForAll = this.#random.chance(0.15);
    const ranks = () =>
      this.#random.below(this.#random.chance(0.9) ? this.#roster.tickets.length : 2 * CAPACITY);
    const near = () => client.rank + 1 + this.#random.below(20);
    const to = Array.from(
      { length: 1 + this.#random.below(5) },
      () => this.#random.chance(0.8) ? near() : ranks(),
    );
    const command = this.#random.chance(0.95) ? "uptime" : "reboot";
    const mayTimeOut = this.#random.chance(0.1);
    const uid = `r${this.#round}c${this.#uids++}`;
    client.send({ uid, command, mayTimeOut, ...(isForAll ? {} : { to }) }, this.#random.chance(0.5));
  }

  async #check(moved: ReadonlySet<ModelClient>, leavers: readonly ModelClient[]): Promise<void> {
    await this.#settle();
    const issuers = [...this.#clients].filter(({ sent, isStalled }) => sent?.id !== undefined && !isStalled);
    // Whoever never answers, or does not read, is all that a run may still wait for.
    await Promise.all(
      issuers.map((issuer) => issuer.raw.request("cancel", { run: issuer.sent!.id }, 30_000)),
    );
    await this.#settle();
    await this.#replayLog(leavers);
    for (const client of this.#clients) this.#checkClient(client);
    for (const client of leavers) this.#checkSeen(client, client.seen.length);
    await Promise.all(issuers.map((issuer) => this.#checkAnswer(issuer, moved)));
    await this.#checkRoster();
  }

  /** Commands are accepted; their executors have them and have answered; the answers have come back. */
  async #settle(): Promise<void> {
    const reading = [...this.#clients].filter(({ isStalled }) => !isStalled);
    for (let i = 0; i < 3; i++) await Promise.all(reading.map((client) => client.settled()));
  }

  /** Follows the order in which the server says it has applied things, and checks each against the model. */
  async #replayLog(leavers: readonly ModelClient[]): Promise<void> {
    const missing = new Set(leavers.map(({ ticket }) => ticket));
    const isLast = (line: string): boolean => {
      if (line.includes('"client_left"')) missing.delete(JSON.parse(line).ticket);
      return missing.size === 0;
    };
    if (missing.size > 0) await this.#server.nextLine(isLast, 30_000);
    const name = `check ${this.#checks++}`;
    await this.#witness.raw.request("hello", { name });
    await this.#server.nextLine(`"name":"${name}"`, 30_000);
    const { output } = this.#server;
    for (; this.#logRead < output.length; this.#logRead++) this.#apply(JSON.parse(output[this.#logRead]!));
  }

  #apply(event: Json): void {
    const ticket = this.#ticketAtPort.get(event.port)!;
    switch (event.event) {
      case "client_seated":
        this.#ticketAtPort.set(event.port, event.ticket);
        return assertEquals(this.#roster.join(event.ticket), event.rank, "G1");
      case "client_refused":
        return assertEquals(this.#roster.isFull, true, "G3: refused although there was a seat");
      case "client_left":
        // A port that was reset is free again: the next client at it may be seated before the server hears of the reset.
        assert(this.#roster.tickets.includes(event.ticket), `${event.ticket} left without a seat`);
        return this.#roster.leave(event.ticket);
      case "client_yielded":
        this.#roster.leave(ticket);
        this.#ticketAtPort.set(event.port, event.ticket);
        this.#byTicket.set(event.ticket, this.#byTicket.get(ticket)!);
        return assertEquals(this.#roster.join(event.ticket), event.rank, "G1");
      case "command_accepted":
      case "command_refused":
        return this.#applyCommand(ticket, event);
      case "fault":
      case "message_refused":
      case "accept_failed":
        throw new Error(`The server reports ${JSON.stringify(event)}`);
    }
  }

  #applyCommand(ticket: number, event: Json): void {
    const sent = this.#byTicket.get(ticket)!.sent!;
    const verdict = this.#roster.command(ticket, sent.command, sent.to);
    sent.verdict = verdict;
    sent.run = event.run;
    assertEquals(event.rank, this.#roster.rankOf(ticket), "the issuer's rank");
    if ("refused" in verdict) {
      assertEquals([event.event, event.reason], ["command_refused", verdict.refused], "G5");
      return;
    }
    assertEquals([event.event, event.executors], ["command_accepted", verdict.accepted.length], "G4");
    this.commands++;
    for (const executor of verdict.accepted) {
      const due = this.#due.get(this.#byTicket.get(executor)!)!;
      due.push({ uid: sent.uid, rank: this.#roster.rankOf(executor) });
    }
  }

  #checkClient(client: ModelClient): void {
    if (client.isStalled) return this.#checkSeen(client, client.seen.length);
    assertEquals(client.rank, this.#roster.rankOf(client.ticket), "G1: its rank is its place");
    this.#checkSeen(client, this.#due.get(client)!.length);
    const { sent } = client;
    if (sent === undefined) return;
    assert(sent.verdict !== undefined, "every command was accepted or refused");
    if (!("refused" in sent.verdict)) return;
    const told = client.raw.lines.findLast(({ json }) =>
      sent.id === undefined ? json?.method === "refused" : json?.id === sent.id && json.error !== undefined
    )?.json;
    const { reason, rank } = (told?.error ?? told?.params).data;
    assertEquals([reason, rank], [sent.verdict.refused, sent.verdict.rank], "G5");
  }

  /** G4, G6: the commands for this client, no other, each once, in order, each at the rank it had by then. */
  #checkSeen(client: ModelClient, count: number): void {
    const due = this.#due.get(client)!;
    assertEquals(client.seen, due.slice(0, count), `G4, G6: what ticket ${client.ticket} has seen`);
  }

  async #checkAnswer(issuer: ModelClient, moved: ReadonlySet<ModelClient>): Promise<void> {
    const { id, run, verdict, mayTimeOut } = issuer.sent!;
    if (verdict === undefined || "refused" in verdict) return;
    this.runs++;
    const { result } = await issuer.raw.answer(id!, 30_000);
    assertAddsUp(result);
    assertEquals(result.results.map(({ ticket }: Json) => ticket), verdict.accepted, "G7: one for each");
    for (const { ticket, status } of result.results) {
      const executor = this.#byTicket.get(ticket)!;
      const answer = executor.kind === "person" ? "delivered" : answerOf(ticket, run!) ?? "cancelled";
      const possible = [
        answer,
        ...(executor.isStalled ? ["cancelled"] : []),
        ...(moved.has(executor) ? ["lost"] : []),
        ...(mayTimeOut ? ["timed_out"] : []),
      ];
      assert(possible.includes(status), `G7: ${status} of ticket ${ticket} is none of ${possible}`);
    }
  }

  async #checkRoster(): Promise<void> {
    const { result } = await this.#witness.raw.request("roster");
    const places = result.members.map(({ rank, ticket }: Json) => [rank, ticket]);
    assertEquals(places, this.#roster.tickets.map((ticket, rank) => [rank, ticket]), "G1, G2");
  }
}

for (const seed of SEEDS) {
  Deno.test(`G1-G7: a random history of up to 1,000 clients follows the model (seed ${seed})`, async () => {
    console.log(`seed ${seed}: TEST_SEED=${seed} plays it again`);
    const folder = await Deno.makeTempDir();
    // One of them with a journal in a file, which has to prove the same.
    const file = seed % 2 === 0 ? `${folder}/rank.sqlite` : "";
    await using server = await ServerProcess.start({
      args: ["--max-clients", String(CAPACITY), "--log-format", "json"],
      env: { RANKSERVER_JOURNAL_FILE: file },
    });
    const history = await History.begin(server, seed);
    for (let round = 0; round < ROUNDS; round++) await history.round();
    const { members, steps, refused, commands, runs } = history;
    await history.end();
    console.log(
      `seed ${seed}: ${steps} steps, ${members} members at the end, ${refused} refused, ` +
        `${commands} commands, ${runs} runs`,
    );
    assertEquals((await server.stop("SIGTERM", 30_000)).code, 0);
    if (file !== "") assert(verifyJournalFile(file).tickets > members);
    await Deno.remove(folder, { recursive: true });
  });
}
