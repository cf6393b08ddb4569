// The JSON-RPC 2.0 codec.

export { encodeErrorObject } from "./encode_error_object.ts";
export { ErrorCode, type ErrorReason, type Refusal, toErrorObject } from "./errors.ts";
export {
  encodeError,
  encodeNotification,
  encodeRequest,
  encodeResult,
  encodeResultOf,
  type ErrorObject,
  type Id,
  type Message,
  type Parsed,
  parseLine,
} from "./json_rpc.ts";
