// Plays a transcript against a server: sends what it says, and insists on receiving what it says, word for word, line
// by line, with nothing before, between and after.

import { assertEquals } from "@std/assert";
import { loadServerConfig } from "../../src/config/server_config.ts";
import { RawClient } from "../support/server/raw_client.ts";
import { startServer, type TestServer } from "../support/server/start_server.ts";
import { fillIn, fillInTokens, toBytes } from "./placeholders.ts";
import type { Step, Transcript } from "./read_transcripts.ts";

interface Player {
  readonly socket: RawClient;
  readonly address: string;
  read: number;
  /** Whether it is a person; unknown until it has sent a line that shows it. */
  isByHand?: boolean;
  isOver: boolean;
}

/** Rejects at the first line that is not as written. */
export async function replayTranscript(transcript: Transcript): Promise<void> {
  const { toml, tokens } = transcript;
  await using server = await startServer({ toml, ...(tokens === undefined ? {} : { tokens }) });
  const replay = new Replay(server);
  try {
    for (const [rank, client] of transcript.members.entries()) await replay.seat(client, rank);
    for (const step of transcript.steps) await replay.play(step);
    await replay.end();
  } finally {
    await replay.close();
  }
}

class Replay {
  readonly #server: TestServer;
  readonly #players = new Map<string, Player>();
  #stopped: Promise<void> | undefined;

  constructor(server: TestServer) {
    this.#server = server;
  }

  /** Connects a client whose welcome the transcript does not show. */
  async seat(client: string, rank: number): Promise<void> {
    const player = await this.#connect(client);
    const welcome = JSON.parse(await nextLine(player));
    assertEquals([welcome.method, welcome.params.rank], ["welcome", rank], `${client} was not seated`);
  }

  async play(step: Step): Promise<void> {
    try {
      await this.#play(step);
    } catch (error) {
      throw new Error(`Cannot replay line ${step.line}: ${(error as Error).message}`, { cause: error });
    }
  }

  /** Insists that nobody has anything unread, now that everything sent has been handled. */
  async end(): Promise<void> {
    const open = [...this.#players].filter(([, player]) => !player.isOver);
    if (this.#stopped !== undefined) {
      assertEquals(open.map(([client]) => client), [], "The server stopped, and the transcript leaves open");
      await this.#stopped;
    }
    // The second round is for what the last line of one client did to another.
    for (const round of [1, 2]) {
      for (const [client, player] of open) await insistOnSilence(client, player, round);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#players.values()].map(({ socket }) => socket.close()));
  }

  async #play(step: Step): Promise<void> {
    switch (step.kind) {
      case "connects":
        await this.#connect(step.client);
        return;
      case "sends":
        return this.#send(
          this.#player(step.client),
          fillInTokens(step.text, (client) => this.#tokenOf(client)),
        );
      case "receives": {
        const wanted = fillIn(step.text, (client) => this.#player(client).address);
        const line = await nextLine(this.#player(step.client));
        if (!wanted.test(line)) assertEquals(line, step.text, `${step.client} received another line`);
        return;
      }
      case "is_cut":
        await this.#player(step.client).socket.reset();
        this.#player(step.client).isOver = true;
        return;
      case "closes":
        this.#player(step.client).socket.halfClose();
        return await this.#over(step.client);
      case "is_closed":
        return await this.#over(step.client);
      case "evicts": {
        const evicted = this.#server.server.evict({ name: this.#player(step.client).address });
        if ("reason" in evicted) throw new Error(`Cannot evict ${step.client}: ${evicted.message}`);
        return;
      }
      case "raises": {
        const raised = this.#server.server.raise({ name: this.#player(step.client).address });
        if ("reason" in raised) throw new Error(`Cannot raise ${step.client}: ${raised.message}`);
        return;
      }
      case "server_allows":
        this.#server.server.reconfigure(
          await loadServerConfig({ flags: { commands: step.commands.join(",") } }),
        );
        return;
      case "server_stops":
        this.#stopped = this.#server.stop();
        return;
    }
  }

  async #connect(client: string): Promise<Player> {
    const socket = await RawClient.connect(this.#server.port);
    const player = { socket, address: `127.0.0.1:${socket.port}`, read: 0, isOver: false };
    this.#players.set(client, player);
    return player;
  }

  #send(player: Player, text: string): void {
    const bytes = toBytes(text);
    // Bytes that are no line of text show nothing of who sent them.
    if (typeof bytes === "string") player.isByHand ??= !/^\s*[{[]/.test(bytes);
    if (typeof bytes === "string") player.socket.send(bytes);
    else player.socket.sendBytes(bytes);
  }

  /** Waits for the server to end the connection. */
  async #over(client: string): Promise<void> {
    const player = this.#player(client);
    assertEquals(await player.socket.ended(), "end of stream", `${client}'s connection broke`);
    player.isOver = true;
    assertEquals(unread(player), [], `${client} has unread lines`);
  }

  /** The last token in what a client has read. */
  #tokenOf(client: string): string {
    const { socket, read } = this.#player(client);
    const tokens = socket.lines.slice(0, read).map(({ text }) => /"resume":"([\w-]+)"/.exec(text)?.[1]);
    const token = tokens.findLast((one) => one !== undefined);
    if (token === undefined) throw new Error(`${client} was sent no token`);
    return token;
  }

  #player(client: string): Player {
    const player = this.#players.get(client);
    if (player === undefined) throw new Error(`${client} has not connected`);
    return player;
  }
}

async function nextLine(player: Player): Promise<string> {
  const { text } = await player.socket.next();
  player.read++;
  return text;
}

/** Asks something whose answer is known: whatever comes before it was not in the transcript. */
async function insistOnSilence(client: string, player: Player, round: number): Promise<void> {
  const { socket, isByHand } = player;
  if (isByHand) socket.send("/end");
  else socket.send({ jsonrpc: "2.0", id: `end ${round}`, method: "ping" });
  const answer = isByHand
    ? `Refused: Unknown word "/end"; /help lists all words`
    : `{"jsonrpc":"2.0","id":"end ${round}","result":{}}`;
  assertEquals(await nextLine(player), answer, `${client} has unread lines at the end`);
}

function unread({ socket, read }: Player): string[] {
  return socket.lines.slice(read).map(({ text }) => text);
}
