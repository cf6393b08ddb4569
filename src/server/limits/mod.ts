// Limits per client and per address.

export { addressKey, isLocal, isLoopback } from "./address_key.ts";
export { ConnectionCounts } from "./connection_counts.ts";
export { FailedLogins } from "./failed_logins.ts";
export { TokenBucket } from "./token_bucket.ts";
export { costForAll, RateLimit, type RateState } from "./rate_limit.ts";
