// The command line of rankclient.

export { clientCommand } from "./client_command.ts";
