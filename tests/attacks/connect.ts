// The one way to a server under attack, for attackers and bystanders alike: over TCP or TLS, with a token or without,
// as the server was started. Plain data, so that an address can be handed to a worker.

import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { type Json, RawClient, type RawClientOptions } from "../server/raw_client.ts";

export interface Address {
  readonly port: number;
  /** The certificate that the server shows, as PEM; absent: no TLS. */
  readonly certificate?: string;
  /** What a client says in its hello; absent: the server seats everybody who connects. */
  readonly token?: string;
}

/** A connection with nothing said on it, and the TCP socket that carries it, which may be the same. */
export interface Dialled {
  readonly socket: Socket;
  readonly carrier: Socket;
}

/** Resolves when the kernel has the connection and, with TLS, when both ends have agreed. */
export async function dial(address: Address): Promise<Dialled> {
  const carrier = await dialTcp(address.port);
  if (address.certificate === undefined) return { socket: carrier, carrier };
  const socket = connectTls({ socket: carrier, ca: [address.certificate], servername: "localhost" });
  await opened(socket, "secureConnect");
  return { socket, carrier };
}

/** The bare TCP connection, for those who never begin what is spoken on it. */
export async function dialTcp(port: number): Promise<Socket> {
  const socket = connectTcp({ port, host: "127.0.0.1", allowHalfOpen: true });
  await opened(socket, "connect");
  // Of what is carried, too: TLS hands it small pieces that are not to wait for each other.
  socket.setNoDelay(true);
  return socket;
}

/** A client with a seat. */
export type Seated = RawClient & { readonly welcome: Json };

/** A client that has said nothing yet. */
export async function connect(address: Address, options: RawClientOptions = {}): Promise<RawClient> {
  const { socket, carrier } = await dial(address);
  return RawClient.over(socket, { ...options, carrier });
}

/** Takes a seat. @throws when it was refused */
export async function join(address: Address, options?: RawClientOptions): Promise<Seated> {
  const client = await connect(address, options);
  try {
    return Object.assign(client, { welcome: await welcomed(client, address) });
  } catch (error) {
    await client.close();
    throw error;
  }
}

async function welcomed(client: RawClient, { token }: Address): Promise<Json> {
  if (token === undefined) return await client.note("welcome");
  const { result, error } = await client.request("hello", { token });
  if (error !== undefined) throw new Error(`Cannot be seated: ${error.message}`);
  return result;
}

function opened(socket: Socket, event: "connect" | "secureConnect"): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once("error", reject);
  socket.once(event, () => {
    socket.removeListener("error", reject);
    resolve();
  });
  return promise;
}
