// The command line of rankserver.

export { serverCommand } from "./server_command.ts";
