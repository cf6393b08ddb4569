// The JSON-RPC 2.0 codec.

export { ErrorCode, type ErrorReason, type Refusal, toErrorObject } from "./errors.ts";
export {
  encodeError,
  encodeErrorObject,
  encodeNotification,
  encodeRequest,
  encodeResult,
  encodeResultInParts,
  encodeResultOf,
  type ErrorObject,
  type Id,
  type Message,
  type Parsed,
  parseLine,
} from "./json_rpc.ts";
export { findResponseId } from "./unread_response.ts";
