// What the operator may do: status, eviction, the control socket.

export { OperatorSocket } from "./operator_socket.ts";
export { type Listed, Operator } from "./operator.ts";
