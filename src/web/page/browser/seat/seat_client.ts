// Takes a seat, keeps it, and gives it up. Knows the protocol, and nothing of what the page looks like.

import type {
  Closing,
  CommandInfo,
  CommandList,
  DryRunSummary,
  ExecuteParams,
  Promoted,
  ResultNote,
  RunRequest,
  RunSummary,
  Waiting,
  Welcome,
} from "../../../../protocol/methods/mod.ts";
import { RpcError, type RpcId, RpcSocket } from "./rpc_socket.ts";

export type SeatState =
  /** `message`: why there is no seat (any more). */
  | { readonly kind: "none"; readonly message?: string | undefined }
  | { readonly kind: "connecting" }
  | { readonly kind: "waiting"; readonly position: number }
  | Seated
  /** The connection broke; the seat is taken back if the server keeps it. */
  | { readonly kind: "reconnecting" };

export interface Seated {
  readonly kind: "seated";
  readonly rank: number;
  readonly ticket: number;
  readonly members: number;
  /** Those that this seat may send. */
  readonly commands: readonly CommandInfo[];
}

export interface SeatHandlers {
  onState(state: SeatState): void;
  onPromoted(promoted: Promoted): void;
  /** A command arrived, and was answered as delivered. */
  onCommand(command: ExecuteParams): void;
  onResult(result: ResultNote): void;
}

export interface SeatRequest {
  readonly name: string;
  readonly token?: string | undefined;
}

/** Before each attempt to reconnect; after the last one the seat is given up. */
const RECONNECT_MS = [500, 1_000, 2_000, 4_000, 8_000, 8_000];

export class SeatClient {
  readonly #url: URL;
  readonly #handlers: SeatHandlers;
  #socket: RpcSocket | undefined;
  #request: SeatRequest = { name: "" };
  #resume: string | undefined;
  #state: SeatState = { kind: "none" };
  #attempt = 0;
  /** The server has answered the hello: until then a seat may not have its name yet, or be replaced by the resumed one. */
  #isGreeted = false;
  /** What the server said before it ended the connection. */
  #closing: string | undefined;

  constructor(url: URL, handlers: SeatHandlers) {
    this.#url = url;
    this.#handlers = handlers;
  }

  get state(): SeatState {
    return this.#state;
  }

  take(request: SeatRequest): void {
    this.#request = request;
    this.#resume = undefined;
    this.#attempt = 0;
    this.#show({ kind: "connecting" });
    this.#connect();
  }

  /** The server has so many members now: no message to a seat says that one joined below it. */
  countMembers(members: number): void {
    const state = this.#state;
    // What is known elsewhere may be older than the seat.
    if (state.kind !== "seated" || members === state.members || members <= state.rank) return;
    this.#show({ ...state, members });
  }

  /** Gives up the seat, or the place in the waiting room. */
  leave(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#show({ kind: "none" });
    // The response says that the seat is free; without one, closing does the same.
    socket?.request("leave").catch(() => {}).finally(() => socket.close());
  }

  /** @param onId is given the id of the run, for `cancel`. @throws {RpcError} when it is refused */
  run(request: RunRequest, onId: (id: RpcId) => void): Promise<RunSummary | DryRunSummary> {
    const socket = this.#socket;
    if (socket === undefined) return Promise.reject(new RpcError("You do not have a seat"));
    const id = socket.takeId();
    onId(id);
    return socket.request("run", request, id);
  }

  cancel(run: RpcId): void {
    this.#socket?.request("cancel", { run }).catch(() => {});
  }

  #connect(): void {
    this.#closing = undefined;
    this.#isGreeted = false;
    const socket: RpcSocket = new RpcSocket(this.#url, {
      onOpen: () => this.#hello(socket, this.#resume),
      onMessage: (method, params, id) => {
        if (this.#socket === socket) this.#read(method, params, id);
      },
      onClose: () => {
        if (this.#socket === socket) this.#lost();
      },
    });
    this.#socket = socket;
  }

  async #hello(socket: RpcSocket, resume?: string): Promise<void> {
    const { name, token } = this.#request;
    const params = { name: name === "" ? undefined : name, token, resume };
    try {
      const welcome = await socket.request<Welcome>("hello", params);
      if (this.#socket !== socket) return;
      this.#isGreeted = true;
      this.#welcome(welcome);
    } catch (error) {
      this.#refused(socket, error as RpcError, resume);
    }
  }

  #refused(socket: RpcSocket, { message, data }: RpcError, resume: string | undefined): void {
    if (this.#socket !== socket || data["reason"] === undefined) return;
    if (data["waiting"] === true) {
      this.#isGreeted = true;
      return;
    }
    if (resume !== undefined && data["rule"] !== "token") {
      // The seat was not kept: a new one.
      void this.#hello(socket);
      return;
    }
    this.#end(message);
  }

  #read(method: string, params: unknown, id: RpcId | undefined): void {
    switch (method) {
      case "welcome":
        // Only the first message with a seat has its resume token.
        this.#resume = (params as Welcome).resume ?? this.#resume;
        if (this.#isGreeted) this.#welcome(params as Welcome);
        return;
      case "waiting":
        return this.#show({ kind: "waiting", position: (params as Waiting).position });
      case "promoted":
        return this.#promoted(params as Promoted);
      case "execute":
        if (id !== undefined) this.#socket?.respond(id, { delivered: true, reason: "shown in a browser" });
        return this.#handlers.onCommand(params as ExecuteParams);
      case "result":
        return this.#handlers.onResult(params as ResultNote);
      case "commands_changed":
        return void this.#askCommands();
      case "closing":
        this.#closing = (params as Closing).message ?? (params as Closing).reason;
        return;
      case "ping":
        if (id !== undefined) this.#socket?.respond(id, {});
    }
  }

  #welcome({ rank, ticket, members, resume }: Welcome): void {
    this.#attempt = 0;
    this.#resume = resume ?? this.#resume;
    const commands = this.#state.kind === "seated" ? this.#state.commands : [];
    this.#show({ kind: "seated", rank, ticket, members, commands });
    void this.#askCommands();
  }

  #promoted(promoted: Promoted): void {
    if (this.#state.kind !== "seated") return;
    const { rank, members } = promoted;
    this.#show({ ...this.#state, rank, members });
    this.#handlers.onPromoted(promoted);
  }

  async #askCommands(): Promise<void> {
    const list = await this.#socket?.request<CommandList>("commands").catch(() => undefined);
    if (list !== undefined && this.#state.kind === "seated") {
      this.#show({ ...this.#state, commands: list.commands });
    }
  }

  #lost(): void {
    const delay = RECONNECT_MS[this.#attempt++];
    const mayReturn = this.#state.kind === "seated" || this.#state.kind === "reconnecting";
    if (this.#closing !== undefined || !mayReturn || delay === undefined) {
      return this.#end(this.#closing ?? "The server cannot be reached");
    }
    this.#show({ kind: "reconnecting" });
    const before = this.#socket;
    setTimeout(() => {
      if (this.#socket === before) this.#connect();
    }, delay);
  }

  #end(message: string): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
    this.#show({ kind: "none", message });
  }

  #show(state: SeatState): void {
    this.#state = state;
    this.#handlers.onState(state);
  }
}
