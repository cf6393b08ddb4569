// How long a message has to be so that its delivery has a given number of bytes on the wire. What each protocol puts
// around a message is written down here; the load generator reports what really came, and the two must agree.

/** The bytes that a peer's delivery has for a message of so many bytes. */
export type DeliveryBytes = (payloadBytes: number) => number;

const lengthOf = (text: string) => text.length;

/** As the load generator's receivers get it: from channel or subject "c", in NATS for subscription 1. */
export const DELIVERY_BYTES: Readonly<Record<"redis" | "nats" | "raw", DeliveryBytes>> = {
  redis: (bytes) => lengthOf(`*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$${bytes}\r\n\r\n`) + bytes,
  nats: (bytes) => lengthOf(`MSG c 1 ${bytes}\r\n\r\n`) + bytes,
  raw: (bytes) => lengthOf("\n") + bytes,
};

/** @throws if no message has a delivery of exactly that many bytes. */
export function paddedPayload(deliveryBytes: DeliveryBytes, wanted: number): number {
  // What is around a message only grows with it, so that the search ends within its own length.
  for (let payload = wanted; payload > 0; payload--) {
    const bytes = deliveryBytes(payload);
    if (bytes === wanted) return payload;
    if (bytes < wanted) break;
  }
  throw new Error(`Cannot pad: no message has a delivery of exactly ${wanted} bytes`);
}
