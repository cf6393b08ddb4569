// HTTP/1.1 for the page's port.

export { ConnectionPool, type PoolLimits } from "./connection_pool.ts";
export { HttpConnection, type HttpHost } from "./http_connection.ts";
export type { WebRequest, WebResponse } from "./request.ts";
export { WorkBudget } from "./work_budget.ts";
export { tokensOf } from "./request_head.ts";
