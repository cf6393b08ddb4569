// A listening socket that systemd passes, so that connections wait in it while no server runs. The runtime can only listen on
// sockets that it opened itself, so this one is put in the place of such a socket:
//
// 1. The runtime opens a listener on a free loopback port. Its descriptor is the one with that port.
// 2. dup3(2) makes the descriptor refer to the passed socket. This closes the runtime's own socket, and thereby removes it
//    from the set that the runtime polls.
// 3. epoll_ctl(2) adds the descriptor to the set again, with the same events and the same data, by which the runtime knows
//    its listener. /proc shows both.
//
// Each step is checked, and a failure ends the start: a later version of the runtime may do without epoll, for example.

import { Libc, StartupError } from "../shared/mod.ts";
import { openSocketCalls, type Polled, type SocketCalls } from "./socket_calls.ts";

/** The first one that systemd passes (sd_listen_fds(3)). */
const PASSED = 3;

/** A listener with the passed socket; a `Deno.TcpListener` as far as a server needs one. */
export interface AdoptedListener extends AsyncIterable<Deno.TcpConn> {
  readonly addr: Deno.NetAddr;
  close(): void;
}

export interface PassedSocket {
  readonly addr: Deno.NetAddr;
  /** Can be used once. @throws {StartupError} */
  adopt(): AdoptedListener;
}

/** Needs the permission `ffi`, for this call only. @throws {StartupError} if the socket cannot be used */
export function openPassedSocket(count: number): PassedSocket {
  if (count !== 1) {
    throw unusable(`it passed ${count} sockets; keep only one ListenStream= in rankserver.socket`);
  }
  const libc = Libc.open();
  const calls = openSocketCalls();
  if (libc === undefined || calls === undefined) {
    throw unusable("it needs Linux with glibc, and Deno's permission --allow-ffi");
  }
  const addr = calls.isListening(PASSED) ? calls.addressOf(PASSED) : undefined;
  if (addr === undefined) {
    throw unusable("it is not a listening TCP socket; set ListenStream=ADDRESS:PORT in rankserver.socket");
  }
  return { addr, adopt: () => adopt(libc, calls, addr) };
}

function adopt(libc: Libc, calls: SocketCalls, addr: Deno.NetAddr): AdoptedListener {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  try {
    const descriptor = findDescriptor(libc, calls, listener.addr as Deno.NetAddr);
    const polled = findPolled(libc, descriptor);
    if (!calls.setNonBlocking(PASSED)) throw unsupported("fcntl failed");
    if (!calls.replace(descriptor, PASSED)) throw unsupported("dup3 failed");
    if (!calls.poll(descriptor, polled)) throw unsupported("epoll_ctl failed");
    const again = findPolled(libc, descriptor);
    if (again.events !== polled.events || again.data !== polled.data || !isSame(calls, descriptor, addr)) {
      throw unsupported("the socket was not replaced");
    }
    calls.close(PASSED);
  } catch (error) {
    listener.close();
    throw error;
  }
  return {
    addr,
    close: () => listener.close(),
    [Symbol.asyncIterator]: () => listener[Symbol.asyncIterator](),
  };
}

function findDescriptor(libc: Libc, calls: SocketCalls, addr: Deno.NetAddr): number {
  const own = libc.listNumbers("/proc/self/fd")?.filter((descriptor) =>
    calls.isListening(descriptor) && isSame(calls, descriptor, addr)
  );
  if (own?.length !== 1) throw unsupported("the socket of the runtime was not found in /proc/self/fd");
  return own[0]!;
}

function isSame(calls: SocketCalls, descriptor: number, { hostname, port }: Deno.NetAddr): boolean {
  const found = calls.addressOf(descriptor);
  return found?.hostname === hostname && found.port === port;
}

/** The same set can have several descriptors. */
function findPolled(libc: Libc, descriptor: number): Polled {
  const sets = libc.listNumbers("/proc/self/fdinfo") ?? [];
  const found = sets.flatMap((set) => {
    const polled = parsePolled(libc.readFile(`/proc/self/fdinfo/${set}`), descriptor);
    return polled === undefined ? [] : [{ set, ...polled }];
  });
  const [first] = found;
  const isClear = found.every(({ events, data }) => events === first?.events && data === first.data);
  if (first === undefined || !isClear) throw unsupported("the runtime does not poll its socket with epoll");
  return first;
}

/** @param fdinfo of a set, see proc(5): "tfd: 22 events: 8000201d data: 5620a8c2f4c0 pos:0 ino:1 sdev:8" */
export function parsePolled(fdinfo: string, descriptor: number): Omit<Polled, "set"> | undefined {
  for (const line of fdinfo.split("\n")) {
    const match = /^tfd:\s*(\d+) events:\s*([0-9a-f]+) data:\s*([0-9a-f]+)\b/.exec(line);
    if (Number(match?.[1]) === descriptor) {
      return { events: parseInt(match![2]!, 16), data: BigInt(`0x${match![3]}`) };
    }
  }
  return undefined;
}

/** A step failed; without the socket unit, the server opens its port itself. */
function unsupported(reason: string): StartupError {
  return unusable(`${reason}; disable rankserver.socket and restart rankserver`);
}

function unusable(reason: string): StartupError {
  return new StartupError(`Cannot use the socket of systemd: ${reason}`);
}
