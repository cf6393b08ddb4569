// Answers of the server, checked before they are believed.

import type * as v from "valibot";
import { ErrorCode } from "../../protocol/json_rpc/mod.ts";
import { readShape } from "../../protocol/methods/methods.ts";
import { RequestError } from "./request_error.ts";

/** Gives the answer back as it came: a newer server may say more. @throws {RequestError} for one of another shape. */
export function checkAnswer<Schema extends v.GenericSchema>(
  schema: Schema,
  answer: unknown,
): v.InferOutput<Schema> {
  const read = readShape(schema, answer);
  if (read.ok) return answer as v.InferOutput<Schema>;
  const message = `Cannot read the answer: ${read.message}`;
  throw new RequestError("answered", { code: ErrorCode.internal_error, message });
}
