// Sends datagrams to systemd with the C library: the runtime's datagram sockets need a file of their own, and the right to
// write for each message, which the programs revoke.

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
/** A message that systemd has no space for is lost: waiting would stop the event loop. */
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const CLOCK_MONOTONIC = 1;
/** Of `sun_path` in struct sockaddr_un. */
const MAX_PATH_BYTES = 108;
const PATH_OFFSET = 2;
const USEC_PER_S = 1_000_000n;
const NSEC_PER_USEC = 1_000n;

const SYMBOLS = {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  sendto: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"], result: "isize" },
  clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
} as const;

const encoder = new TextEncoder();

export interface NotifySocket {
  readonly send: (message: string) => void;
  /** Of CLOCK_MONOTONIC. */
  readonly monotonicUsec: () => bigint;
}

export type OpenedNotifySocket =
  | { readonly ok: true; readonly socket: NotifySocket }
  | { readonly ok: false; readonly reason: string };

/** Needs the permission `ffi`, for this call only. @param address of NOTIFY_SOCKET: a path, or "@" and an abstract name */
export function openNotifySocket(address: string): OpenedNotifySocket {
  const encoded = encodeAddress(address);
  if (encoded === undefined) {
    return { ok: false, reason: "it is not a path or an abstract name of a Unix socket" };
  }
  let libc: Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];
  try {
    libc = Deno.dlopen("libc.so.6", SYMBOLS).symbols;
  } catch (error) {
    return { ok: false, reason: (error as Error).message };
  }
  const descriptor = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return { ok: false, reason: "cannot open a socket" };
  const trySend = (message: string): boolean => {
    const bytes = encoder.encode(message);
    const flags = MSG_DONTWAIT | MSG_NOSIGNAL;
    return libc.sendto(descriptor, bytes, BigInt(bytes.length), flags, encoded, encoded.length) >= 0n;
  };
  if (!trySend("STATUS=Starting")) return { ok: false, reason: "cannot send a message to it" };
  return {
    ok: true,
    socket: {
      send: (message) => void trySend(message),
      monotonicUsec() {
        const time = new BigInt64Array(2);
        libc.clock_gettime(CLOCK_MONOTONIC, new Uint8Array(time.buffer));
        return time[0]! * USEC_PER_S + time[1]! / NSEC_PER_USEC;
      },
    },
  };
}

/** As struct sockaddr_un; `undefined` for other kinds of address. */
function encodeAddress(address: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[/@]./.test(address)) return undefined;
  const name = encoder.encode(address);
  if (name.length >= MAX_PATH_BYTES) return undefined;
  // An abstract name begins with a zero byte and ends with the address; after a path, a zero byte follows.
  const isAbstract = address.startsWith("@");
  const bytes = new Uint8Array(PATH_OFFSET + name.length + (isAbstract ? 0 : 1));
  new DataView(bytes.buffer).setUint16(0, AF_UNIX, true);
  bytes.set(name, PATH_OFFSET);
  if (isAbstract) bytes[PATH_OFFSET] = 0;
  return bytes;
}
