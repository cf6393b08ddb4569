// Whose response a line was that cannot be read: too long, nested too deep, not UTF-8 or not JSON. Only members of the
// message itself count, never what a result contains, and never those of a request.

/** Other members than these before the result, `method` above all, and the line is not taken for a response. */
const BEGINNING = /^\s*\{(?:\s*"(?:jsonrpc"\s*:\s*"2\.0"|id"\s*:\s*\d{1,15})\s*,)*\s*"(?:result|error)"\s*:/;
const ID = /"id"\s*:\s*(\d+)/;
/**
 * A number or `"2.0"` before the brace that ends the message is outside of all its strings, and a backslash would be in
 * front of a quote within one.
 */
const ENDING =
  /[^\\]"id"\s*:\s*(\d{1,15})\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*|,\s*"error"\s*:\s*null\s*)*\}\s*$/;

/** How an unreadable line begins and ends. */
interface Ends {
  readonly beginning: string;
  readonly ending: string | undefined;
}

/**
 * The `id` of an unreadable response: a whole number, as a server's requests have. "not yet": it may stand at the end of
 * the line, which is still to come. `undefined`: none, or the line is no response.
 */
export function findResponseId({ beginning, ending }: Ends): number | "not yet" | undefined {
  const members = BEGINNING.exec(beginning)?.[0];
  if (members === undefined) return undefined;
  const first = ID.exec(members);
  if (first === null && ending === undefined) return "not yet";
  const id = (first ?? ENDING.exec(ending!))?.[1];
  return id === undefined ? undefined : Number(id);
}
