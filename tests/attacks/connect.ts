// The one way to a server under attack, for attackers and bystanders alike: over TCP or TLS, with a token or without,
// as the server was started. Plain data, so that an address can be handed to a worker.

import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { type Json, RawClient, type RawClientOptions } from "../support/server/raw_client.ts";

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
export async function dial({ port, certificate }: Address): Promise<Socket> {
  if (certificate === undefined) return await dialTcp(port);
  const where = { port, host: "127.0.0.1", allowHalfOpen: true };
  const socket = connectTls({ ...where, ...trusting(certificate) });
  await opened(socket, "secureConnect");
  socket.setNoDelay(true);
  return socket;
}

/** The same for those who mean to break it: of TLS, only what is below it can be reset. Slower by far than the other. */
export async function dialBreakable({ port, certificate }: Address): Promise<Dialled> {
  const carrier = await dialTcp(port);
  if (certificate === undefined) return { socket: carrier, carrier };
  const socket = connectTls({ socket: carrier, ...trusting(certificate) });
  await opened(socket, "secureConnect");
  return { socket, carrier };
}

function trusting(certificate: string): { readonly ca: string[]; readonly servername: string } {
  return { ca: [certificate], servername: "localhost" };
}

/** For those who never read: of node's sockets, those over TLS go on reading when they are paused. */
export async function dialUnread({ port, certificate }: Address): Promise<Deno.Conn> {
  if (certificate === undefined) return await Deno.connect({ port, hostname: "127.0.0.1" });
  return await Deno.connectTls({ port, hostname: "localhost", caCerts: [certificate] });
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
  return RawClient.over(await dial(address), options);
}

/** The same, for one that will be reset. */
export async function connectBreakable(
  address: Address,
  options: RawClientOptions = {},
): Promise<RawClient> {
  const { socket, carrier } = await dialBreakable(address);
  return RawClient.over(socket, { ...options, carrier });
}

/** Takes a seat. @throws when it was refused */
export async function join(address: Address, options?: RawClientOptions): Promise<Seated> {
  return await seated(await connect(address, options), address);
}

/** Takes a seat with a client that has said nothing yet; closes it when it gets none. */
export async function seated(client: RawClient, address: Address): Promise<Seated> {
  try {
    return Object.assign(client, { welcome: await welcomed(client, address) });
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** What a client says to be let in; nothing where nobody needs to. */
export function entrance({ token }: Address): string {
  if (token === undefined) return "";
  return `${JSON.stringify({ jsonrpc: "2.0", id: "in", method: "hello", params: { token } })}\n`;
}

/** Takes a seat for a session by hand. @returns the client and its rank */
export async function joinByHand(address: Address): Promise<{ client: RawClient; rank: number }> {
  const { token } = address;
  const client = await connect(address);
  // Without a token the welcome comes before it is known that this is somebody by hand.
  if (token === undefined) return { client, rank: (await client.note("welcome")).rank };
  client.send(`/login ${token}`);
  return { client, rank: Number(/rank (\d+)/.exec(await client.text("You are rank"))![1]) };
}

/** Waits for the welcome, for which a token may have to be shown. @throws when it was refused */
export async function welcomed(client: RawClient, { token }: Address): Promise<Json> {
  if (token === undefined) return await client.note("welcome");
  const { result, error } = await client.request("hello", { token });
  if (error !== undefined) throw new Error(`Cannot be seated: ${error.message}`);
  // What is said once, such as the token for coming back, stands in the notification before it.
  return { ...client.notes("welcome").at(-1), ...result };
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
