// Lines in, requests out: JSON-RPC, batches and sessions by hand.

export { FastLane } from "./fast_lane.ts";
export { JsonHandler } from "./json_handler.ts";
export { LineHandler } from "./line_handler.ts";
export { TextHandler } from "./text_handler.ts";
