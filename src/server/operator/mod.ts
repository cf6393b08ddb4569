// What the operator may do: status, eviction, the control socket.

export { ControlServer } from "./control_server.ts";
export { Operator } from "./operator.ts";
