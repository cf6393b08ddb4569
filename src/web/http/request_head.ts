// Reads the head of an HTTP/1.1 request (RFC 9112), strictly: whatever two programs could read in two ways is refused, so
// that a proxy in front of the server and the server always agree about where a request ends.

/** A request without its body. */
export interface RequestHead {
  readonly method: string;
  /** Of the target, before "?". */
  readonly path: string;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly bodyBytes: number;
  /** Whether the client sends the body only after it is told to go on (RFC 9110, section 10.1.1). */
  readonly expectsContinue: boolean;
  /** Whether the connection may be used for another request. */
  readonly isKept: boolean;
}

/** What the client is answered before its connection ends. */
export interface HeadFault {
  readonly status: 400 | 413 | 431 | 501 | 505;
  readonly message: string;
}

export type ReadHead = { readonly ok: true; readonly head: RequestHead } | {
  readonly ok: false;
  readonly fault: HeadFault;
};

const MAX_FIELDS = 100;

/** Only the form of a target that begins with "/" is meant for a server, except for that of a proxy. */
const REQUEST_LINE = /^([A-Z]{1,20}) (\/[\x21-\x7e]*) HTTP\/(\d)\.(\d)$/;
// deno-lint-ignore no-control-regex -- these are the characters that RFC 9110 forbids in a value
const FIELD = /^([!#$%&'*+.^_`|~\dA-Za-z-]+):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)$/;
const LENGTH = /^\d{1,9}$/;
/** May be repeated in one request, as each proxy may add a field of its own; all others may not. */
const LISTS: ReadonlySet<string> = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "connection",
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
]);

/** @param text up to and without the empty line. @param maxBodyBytes of a body. */
export function readHead(text: string, maxBodyBytes: number): ReadHead {
  const [first = "", ...lines] = text.split("\r\n");
  const request = REQUEST_LINE.exec(first);
  if (request === null) return fault(400, "Malformed request line");
  const [, method, target, major, minor] = request;
  if (major !== "1") return fault(505, "This server speaks HTTP/1.1");
  const headers = readFields(lines);
  if (typeof headers === "string") return fault(400, headers);
  if (minor !== "0" && !headers.has("host")) return fault(400, "The Host field is missing");
  if (headers.has("transfer-encoding")) {
    return fault(501, "Send a Content-Length instead of Transfer-Encoding");
  }
  const length = headers.get("content-length") ?? "0";
  if (!LENGTH.test(length)) return fault(400, "Malformed Content-Length");
  if (Number(length) > maxBodyBytes) return fault(413, `The body exceeds ${maxBodyBytes} bytes`);
  const connection = tokensOf(headers.get("connection"));
  const isKept = minor !== "0" && !connection.includes("close");
  const expectsContinue = minor !== "0" && headers.get("expect")?.toLowerCase() === "100-continue";
  const [path = ""] = target!.split("?", 1);
  const bodyBytes = Number(length);
  return { ok: true, head: { method: method!, path, headers, bodyBytes, expectsContinue, isKept } };
}

/** The words of a list such as "keep-alive, Upgrade", in lower case. */
export function tokensOf(value: string | undefined): string[] {
  return (value ?? "").toLowerCase().split(",").map((word) => word.trim());
}

/** @returns what is wrong with them, or the fields. */
function readFields(lines: readonly string[]): Map<string, string> | string {
  if (lines.length > MAX_FIELDS) return "Too many header fields";
  const headers = new Map<string, string>();
  for (const line of lines) {
    const field = FIELD.exec(line);
    if (field === null) return "Malformed header field";
    const name = field[1]!.toLowerCase();
    const value = field[2]!.trimEnd();
    const earlier = headers.get(name);
    if (earlier !== undefined && !LISTS.has(name)) return `Repeated header field: ${name}`;
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return headers;
}

function fault(status: HeadFault["status"], message: string): ReadHead {
  return { ok: false, fault: { status, message } };
}
