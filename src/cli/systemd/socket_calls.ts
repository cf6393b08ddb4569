// The calls of the C library that a passed socket needs (Linux, glibc).

const SOL_SOCKET = 1;
const SO_ACCEPTCONN = 30;
const AF_INET = 2;
const AF_INET6 = 10;
const F_GETFL = 3;
const F_SETFL = 4;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
/** Of `data` in struct epoll_event, which is packed on x86-64 only. */
const EPOLL_DATA_OFFSET = Deno.build.arch === "x86_64" ? 4 : 8;
/** Longer than each struct sockaddr of the internet (16 and 28). */
const SOCKADDR_BYTES = 128;
/** In struct sockaddr_in and sockaddr_in6. */
const PORT_OFFSET = 2;
const IPV4_OFFSET = 4;
const IPV6_OFFSET = 8;

const SYMBOLS = {
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  dup3: { parameters: ["i32", "i32", "i32"], result: "i32" },
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
} as const;

/** How the runtime polls a descriptor. */
export interface Polled {
  /** The descriptor of the set (epoll(7)). */
  readonly set: number;
  readonly events: number;
  /** For the runtime. */
  readonly data: bigint;
}

/** The results say whether the call succeeded. */
export interface SocketCalls {
  /** False for what is no socket. */
  isListening(descriptor: number): boolean;
  /** `undefined` for what is no socket of the internet. */
  addressOf(descriptor: number): Deno.NetAddr | undefined;
  setNonBlocking(descriptor: number): boolean;
  /** Closes `descriptor`, and makes it refer to what `source` refers to. */
  replace(descriptor: number, source: number): boolean;
  poll(descriptor: number, polled: Polled): boolean;
  close(descriptor: number): void;
}

/** Needs the permission `ffi`, for this call only. `undefined`: not Linux, or not glibc. */
export function openSocketCalls(): SocketCalls | undefined {
  let libc: Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];
  try {
    libc = Deno.dlopen("libc.so.6", SYMBOLS).symbols;
  } catch {
    return undefined;
  }
  return {
    isListening(descriptor) {
      const isOn = new Uint8Array(4);
      const length = lengthOf(isOn);
      return libc.getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, isOn, length) === 0 && isOn[0] === 1;
    },
    addressOf(descriptor) {
      const bytes = new Uint8Array(SOCKADDR_BYTES);
      const isSocket = libc.getsockname(descriptor, bytes, lengthOf(bytes)) === 0;
      return isSocket ? decodeAddress(bytes) : undefined;
    },
    setNonBlocking(descriptor) {
      const flags = libc.fcntl(descriptor, F_GETFL, 0);
      return flags >= 0 && libc.fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) === 0;
    },
    replace: (descriptor, source) => libc.dup3(source, descriptor, O_CLOEXEC) === descriptor,
    poll(descriptor, { set, events, data }) {
      const event = new DataView(new ArrayBuffer(EPOLL_DATA_OFFSET + 8));
      event.setUint32(0, events, true);
      event.setBigUint64(EPOLL_DATA_OFFSET, data, true);
      return libc.epoll_ctl(set, EPOLL_CTL_ADD, descriptor, new Uint8Array(event.buffer)) === 0;
    },
    close: (descriptor) => void libc.close(descriptor),
  };
}

/** As a socklen_t, which the call sets to the length of what it wrote. */
function lengthOf({ length }: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, length, true);
  return bytes;
}

function decodeAddress(bytes: Uint8Array<ArrayBuffer>): Deno.NetAddr | undefined {
  const view = new DataView(bytes.buffer);
  const family = view.getUint16(0, true);
  const port = view.getUint16(PORT_OFFSET);
  if (family === AF_INET) {
    const hostname = bytes.subarray(IPV4_OFFSET, IPV4_OFFSET + 4).join(".");
    return { transport: "tcp", hostname, port };
  }
  if (family !== AF_INET6) return undefined;
  const groups = Array.from(
    { length: 8 },
    (_, index) => view.getUint16(IPV6_OFFSET + 2 * index).toString(16),
  );
  // A URL has the short form of the address.
  const hostname = new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
  return { transport: "tcp", hostname, port };
}
