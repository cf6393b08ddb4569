// Messages between servers, once and in order.

export type { ReceivedMessage } from "./incoming_channel.ts";
export { NodeChannels, type NodeChannelsOptions, type TakeMessage } from "./node_channels.ts";
export type { NodeLink } from "./node_link.ts";
