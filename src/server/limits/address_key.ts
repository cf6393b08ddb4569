// The key under which an address is counted. An IPv6 host usually owns a whole /64 (RFC 4291, section 2.5.4), so a limit
// on single addresses would limit nothing.

const HEXTETS = 8;
const NETWORK_HEXTETS = 4;

/** For IPv4, mapped to IPv6 or not, the IPv4 address; for IPv6, its network, such as "2001:db8:1:2::/64". */
export function addressKey(ip: string): string {
  if (!ip.includes(":")) return ip;
  const [address = ""] = ip.toLowerCase().split("%");
  const mapped = /^(?:0{0,4}:){2,5}ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  if (mapped !== null) return mapped[1]!;
  return `${hextets(address).slice(0, NETWORK_HEXTETS).join(":")}::/64`;
}

/** RFC 1122, section 3.2.1.3, and RFC 4291, section 2.5.3; also IPv4 in IPv6. */
export function isLoopback(ip: string): boolean {
  return ip === "::1" || /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/i.test(ip);
}

/** Whether only this machine is, or can be reached, at this address or name. */
export function isLocal(host: string): boolean {
  return host === "localhost" || isLoopback(host);
}

/** All eight groups, each without leading zeros. */
function hextets(address: string): string[] {
  const [head = "", tail] = address.split("::");
  const first = groups(head);
  const last = tail === undefined ? [] : groups(tail);
  const gap = Math.max(0, HEXTETS - first.length - last.length);
  return [...first, ...new Array<string>(gap).fill("0"), ...last];
}

function groups(text: string): string[] {
  if (text === "") return [];
  // An IPv4 address at the end replaces the last two groups, which are never among the first four.
  return text.split(":").flatMap((group) =>
    group.includes(".") ? ["0", "0"] : [group.replace(/^0+(?=.)/, "")]
  );
}
