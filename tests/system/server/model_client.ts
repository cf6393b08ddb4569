// One client of the model test: it answers what it is told to carry out by a rule that the test knows, and writes down
// what it sees, with the rank that it held when it saw it.

import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { type Json, RawClient, type ReceivedLine } from "../../support/server/raw_client.ts";

/** A command as a client saw it. */
export interface Seen {
  readonly uid: string;
  /** The client's own rank at that moment, as it had been told. */
  readonly rank: number;
}

/** What a client was made to send in one round. */
export interface SentCommand {
  readonly uid: string;
  readonly command: string;
  readonly to?: readonly number[];
  /** The request's id; absent for a notification. */
  readonly id?: number;
  readonly mayTimeOut: boolean;
  /** Written by whoever reads the log: the server's number for the run that it became. */
  run?: number;
  /** Written by whoever reads the log: what the server had to make of it. */
  verdict?: { readonly accepted: readonly number[] } | { readonly refused: string; readonly rank?: number };
}

export type Kind = "program" | "person";

/** How a program answers, by its ticket and the id of the request; `undefined`: not at all. */
const ANSWERS = ["ok", "ok", "failed", "refused", "failed", undefined] as const;

export function answerOf(ticket: number, id: number): typeof ANSWERS[number] {
  return ANSWERS[(ticket + id) % ANSWERS.length];
}

export class ModelClient {
  readonly kind: Kind;
  readonly seen: Seen[] = [];
  rank = -1;
  ticket = -1;
  isStalled = false;
  sent: SentCommand | undefined;
  #epoch = -1;
  #marks = 0;
  #raw!: RawClient;

  private constructor(kind: Kind) {
    this.kind = kind;
  }

  /** Connects; `undefined` when it is refused, which it then has been told and shown. */
  static async join(port: number, kind: Kind): Promise<ModelClient | undefined> {
    const client = new ModelClient(kind);
    client.#raw = await RawClient.connect(port, { onLine: (raw, line) => client.#take(raw, line) });
    const { json } = await client.#raw.next(undefined, 30_000);
    if (json.method === "closing") {
      assertEquals(json.params.reason, "full", "G3");
      assertEquals(await client.#raw.ended(), "end of stream", "G3");
      await client.#raw.close();
      return undefined;
    }
    if (kind === "person") client.#raw.send("/help");
    return client;
  }

  get raw(): RawClient {
    return this.#raw;
  }

  send(command: Omit<SentCommand, "id">, isRequest: boolean): void {
    const { uid, to, mayTimeOut } = command;
    const params = {
      command: command.command,
      args: [uid],
      ...(to === undefined ? {} : { to }),
      ...(mayTimeOut ? { timeout_ms: 20 } : {}),
    };
    if (isRequest) this.sent = { ...command, id: this.#raw.ask("run", params) };
    else {
      this.sent = command;
      this.#raw.notify("run", params);
    }
  }

  /** Leaves the rank and goes behind everybody. */
  async yield(): Promise<void> {
    await this.#raw.request("yield", undefined, 30_000);
  }

  /** Resolves when the server has handled everything sent before, and its consequences for us have been read. */
  async settled(): Promise<void> {
    if (this.kind === "program") {
      assertEquals((await this.#raw.request("ping", undefined, 30_000)).result, {});
    } else {
      const mark = `/mark${this.#marks++}`;
      this.#raw.send(mark);
      await this.#raw.text(`Unknown word "${mark}";`, 30_000);
    }
  }

  #take(raw: RawClient, { text, json }: ReceivedLine): void {
    if (json === undefined) return this.#takeText(text);
    switch (json.method) {
      case "welcome":
        this.rank = json.params.rank;
        this.ticket = json.params.ticket;
        return this.#passEpoch(json.params.epoch);
      case "promoted":
        assertGreater(json.params.epoch, this.#epoch, "G6: epochs rise");
        this.#promote(json.params.was, json.params.rank);
        return this.#passEpoch(json.params.epoch);
      case "execute":
        this.#passEpoch(json.params.epoch);
        assertLess(json.params.from.rank, this.rank, "G4: from above only");
        this.seen.push({ uid: json.params.args[0], rank: this.rank });
        if (json.id !== undefined && this.kind === "program") this.#answer(raw, json.id);
        return;
    }
    // The answer to a yield: a new ticket, behind everybody.
    if (json.result?.ticket !== undefined) {
      this.rank = json.result.rank;
      this.ticket = json.result.ticket;
    }
  }

  #takeText(text: string): void {
    const command = /^Rank (\d+) \(.*\) commands: uptime (\S+)$/.exec(text);
    if (command !== null) {
      assertLess(Number(command[1]), this.rank, "G4: from above only");
      this.seen.push({ uid: command[2]!, rank: this.rank });
    }
    const promoted = /^Promoted to rank (\d+) of \d+, was rank (\d+)/.exec(text);
    if (promoted !== null) this.#promote(Number(promoted[2]), Number(promoted[1]));
  }

  #promote(was: number, rank: number): void {
    assertEquals(was, this.rank, "G6: a promotion begins where the last one ended");
    assertLess(rank, was, "G2: nobody is demoted");
    this.rank = rank;
  }

  #passEpoch(epoch: number): void {
    assertEquals(epoch >= this.#epoch, true, "G6: epochs never go back");
    this.#epoch = epoch;
  }

  #answer(raw: RawClient, id: number): void {
    const error = (code: number) => raw.send({ jsonrpc: "2.0", id, error: { code, message: "no" } });
    switch (answerOf(this.ticket, id)) {
      case "ok":
        return raw.respond(id, { code: 0, stdout: "done\n" });
      case "failed":
        return id % 2 === 0 ? raw.respond(id, { code: 3 }) : error(-32603);
      case "refused":
        return error(-32003);
      case undefined:
        return;
    }
  }
}

/** G7: whatever the statuses, the counts add up. */
export function assertAddsUp(summary: Json): void {
  const statuses = ["ok", "failed", "refused", "delivered", "timed_out", "lost", "cancelled"];
  assertEquals(statuses.reduce((sum, status) => sum + summary[status], 0), summary.executors, "G7");
  assertEquals(summary.results.length, summary.executors, "G7");
  for (const status of statuses) {
    assertEquals(summary.results.filter((one: Json) => one.status === status).length, summary[status], "G7");
  }
}
