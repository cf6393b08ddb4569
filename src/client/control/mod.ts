// The control socket of a client, and the programs that use it.

export { ControlClient } from "./control_client.ts";
export { ControlServer } from "./control_server.ts";
export { parseVia, runVia } from "./via.ts";
