// The prompt of rankclient.

export { runTerminal } from "./terminal.ts";
