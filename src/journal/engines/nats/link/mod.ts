// The connection to NATS.

export {
  LinkError,
  type LinkEvent,
  type LinkFailure,
  type LinkMessage,
  type LinkOptions,
  type Login,
  type NatsLink,
  type RequestOptions,
} from "./nats_link.ts";
export { openLink } from "./open_link.ts";
