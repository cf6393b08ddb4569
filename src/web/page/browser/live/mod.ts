// What the page knows of the server, and how it asks for it.

export { EventFeed, type FeedHandlers, type FeedState } from "./event_feed.ts";
export { type LineChange, SeatLine } from "./seat_line.ts";
export { act, type ActionAnswer, askSession, logIn, logOut, type SessionAnswer } from "./session.ts";
