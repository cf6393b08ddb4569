// What the operator may do: status, eviction, the control socket.

export { auditedReport } from "./audited_report.ts";
export { OperatorSocket } from "./operator_socket.ts";
export { type Evictor, type Listed, Operator } from "./operator.ts";
