// What the server and the page say to each other. Types only, so that the page has nothing of the server in it.

export type * from "./page_messages.ts";
