// What the other servers of a cluster call this one, and where their clients can reach it.

import { type ClusterSettings, readAddress } from "../../../config/keys/mod.ts";
import { addressText } from "../../../words/mod.ts";

const UNNAMED = "node";
const ALL_ADDRESSES: readonly string[] = ["0.0.0.0", "::", "0:0:0:0:0:0:0:0"];

/** Before its rights are revoked: the host name is read only where that is allowed already. */
export function nodeName({ node }: Pick<ClusterSettings, "node">): string {
  if (node !== "") return node;
  if (Deno.permissions.querySync({ name: "sys", kind: "hostname" }).state !== "granted") return UNNAMED;
  // Only its first part, and only what can be part of a subject of NATS.
  return Deno.hostname().split(".")[0]!.replaceAll(/[^A-Za-z0-9_-]/g, "").slice(0, 64) || UNNAMED;
}

/** @returns "HOST:PORT"; "" if it is not known */
export function advertisedAddress(
  { advertise }: Pick<ClusterSettings, "advertise">,
  { hostname, port }: Deno.NetAddr,
): string {
  const given = advertise === "" ? undefined : readAddress(advertise, port);
  if (given !== undefined) return addressText(given);
  return ALL_ADDRESSES.includes(hostname) ? "" : addressText({ host: hostname, port });
}
