// What the operator may do: status, eviction, the control socket.

export { OperatorSocket } from "./operator_socket.ts";
export { auditedReport } from "./audited_report.ts";
export { Operator } from "./operator.ts";
