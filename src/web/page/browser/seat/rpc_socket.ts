// JSON-RPC 2.0 over one WebSocket: requests and their responses, notifications, and the requests of the server.

/** The refusal of a request. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly data: Readonly<Record<string, unknown>>;

  constructor(message: string, data: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.data = data;
  }
}

export interface RpcHandlers {
  onOpen(): void;
  /** @param id of a request, which has to be answered; `undefined`: a notification */
  onMessage(method: string, params: unknown, id: RpcId | undefined): void;
  onClose(): void;
}

export type RpcId = string | number;

interface Pending {
  resolve(result: unknown): void;
  reject(error: RpcError): void;
}

interface Incoming {
  readonly id?: RpcId | null | undefined;
  readonly method?: string | undefined;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string; readonly data?: Record<string, unknown> } | undefined;
}

export class RpcSocket {
  readonly #socket: WebSocket;
  readonly #handlers: RpcHandlers;
  readonly #pending: Map<RpcId, Pending> = new Map();
  #nextId = 1;

  constructor(url: string | URL, handlers: RpcHandlers) {
    this.#socket = new WebSocket(url);
    this.#handlers = handlers;
    this.#socket.addEventListener("open", () => handlers.onOpen());
    this.#socket.addEventListener("message", ({ data }: MessageEvent<string>) => this.#read(data));
    this.#socket.addEventListener("close", () => this.#closed());
  }

  /** @param id from {@linkcode takeId}. @throws {RpcError} when it is refused, or the connection ends first */
  request<Result>(method: string, params?: unknown, id: RpcId = this.takeId()): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.#send({ jsonrpc: "2.0", id, method, params });
    });
  }

  /** The id of a request that is made later. */
  takeId(): number {
    return this.#nextId++;
  }

  respond(id: RpcId, result: unknown): void {
    this.#send({ jsonrpc: "2.0", id, result });
  }

  close(): void {
    this.#socket.close();
  }

  #send(message: unknown): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #read(text: string): void {
    const { id, method, params, result, error } = JSON.parse(text) as Incoming;
    if (method !== undefined) return this.#handlers.onMessage(method, params, id ?? undefined);
    if (id === undefined || id === null) return;
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (error === undefined) pending?.resolve(result);
    else pending?.reject(new RpcError(error.message, error.data));
  }

  #closed(): void {
    for (const { reject } of this.#pending.values()) reject(new RpcError("The connection ended"));
    this.#pending.clear();
    this.#handlers.onClose();
  }
}
