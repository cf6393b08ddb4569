// Under which key an address is counted where addresses are counted. An IPv6 host has all of a /64 to itself (RFC 4291,
// section 2.5.4), so counting its single addresses would count nothing.

const HEXTETS = 8;
const NETWORK_HEXTETS = 4;

/** The address itself for IPv4, also where it is written as IPv6; "2001:db8:1:2::/64" for IPv6. */
export function addressKey(ip: string): string {
  if (!ip.includes(":")) return ip;
  const [address = ""] = ip.toLowerCase().split("%");
  const mapped = /^(?:0{0,4}:){2,5}ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  if (mapped !== null) return mapped[1]!;
  return `${hextets(address).slice(0, NETWORK_HEXTETS).join(":")}::/64`;
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
  // An IPv4 address at the end stands for two groups, which are never among the first four.
  return text.split(":").flatMap((group) =>
    group.includes(".") ? ["0", "0"] : [group.replace(/^0+(?=.)/, "")]
  );
}
