// The live data of the page.

export { Feed, type FeedOptions } from "./feed.ts";
export { SeenEvents } from "./seen_events.ts";
export type * from "../messages/mod.ts";
