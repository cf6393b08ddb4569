// Words of messages.

export { count } from "./count.ts";
