// First lines of programs that expect another protocol here. Without this, an HTTP request would look like a person who
// types a command in each line, its body included, and a page in a browser could send commands that way.

/** A protocol that is not spoken here, and what its client is sent before the connection ends. */
export interface ForeignGreeting {
  readonly protocol: string;
  /** "person": a plain line; "program": a message; "HTTP": a response. */
  readonly reader: "person" | "program" | "HTTP";
  /** Why the connection ends, and what to do instead. */
  readonly message: string;
}

const INSTEAD = "send JSON-RPC 2.0 messages or commands, one per line";

/** Header fields of which one may come first when a request line was too long or is not UTF-8. */
const HTTP_FIELD =
  /^(?:host|user-agent|accept(?:-[a-z]+)?|connection|cookie|origin|referer|transfer-encoding|sec-[a-z-]+|x-[a-z-]+):/i;

/** Any method, whatever characters RFC 9110 allows in one. */
const METHOD = "^\\s*[!#$%&'*+.^_`|~\\dA-Za-z-]+ ";
/** A path, an asterisk or an address with a scheme. */
const TARGET = "(?:[/*]|[A-Za-z][A-Za-z\\d+.-]*://)";
const HTTP_VERSION = " HTTP/\\d(?:\\.\\d)?\\s*(?:$|\\p{Control})";
/** Any target: with spaces in it, too. */
const HTTP_FIRST_LINE = new RegExp(`${METHOD}[^\\r]*${HTTP_VERSION}`, "u");
/** Narrower, because a person may end a command with "HTTP/1.1". */
const HTTP_LATER_LINE = new RegExp(`${METHOD}${TARGET}[^\\r]*${HTTP_VERSION}`, "u");
const HTTP_BEGINNING = new RegExp(METHOD + TARGET);

const HTTP = foreign("HTTP", HTTP_FIRST_LINE, "HTTP");

const GREETINGS: readonly (ForeignGreeting & { readonly pattern: RegExp })[] = [
  HTTP,
  foreign("HTTP", HTTP_FIELD, "HTTP"),
  foreign("RTSP", new RegExp(`${METHOD}.* RTSP/\\d\\.\\d\\s*$`)),
  foreign("SIP", new RegExp(`${METHOD}.* SIP/\\d\\.\\d\\s*$`)),
  foreign("SSH", /^SSH-\d/),
  // Its other form, a command as plain text, is also what a person types.
  foreign("Redis", /^\*\d+$/),
  foreign("PROXY", /^PROXY (?:TCP4|TCP6|UNKNOWN)\b/),
  {
    protocol: "JSON-RPC with headers",
    pattern: /^Content-(?:Length|Type):/i,
    reader: "program",
    message:
      "Messages end at line breaks here: send each as one line of JSON, without a Content-Length header",
  },
];

/** Whether a connection that began with this line is meant for another protocol. No JSON and no command matches. */
export function findForeignGreeting(line: string): ForeignGreeting | undefined {
  return GREETINGS.find(({ pattern }) => pattern.test(line));
}

/** Like {@linkcode findForeignGreeting}, for a line behind the first one: whether an HTTP request begins with it. */
export function findHttpRequest(line: string): ForeignGreeting | undefined {
  return HTTP_LATER_LINE.test(line) ? HTTP : undefined;
}

/** Like {@linkcode findForeignGreeting}, for the beginning of a first line that cannot be read as a whole. */
export function findHttpBeginning(beginning: string): ForeignGreeting | undefined {
  return HTTP_BEGINNING.test(beginning) ? HTTP : undefined;
}

function foreign(protocol: string, pattern: RegExp, reader: ForeignGreeting["reader"] = "person") {
  return { protocol, pattern, reader, message: `This port does not speak ${protocol}: ${INSTEAD}` };
}

/** An HTTP response that says so to whatever sent the request. @param page where a browser should go instead */
export function badRequest({ message }: ForeignGreeting, page?: string): string {
  const body = page === undefined ? `${message}\n` : `${message}\n${page}\n`;
  const length = new TextEncoder().encode(body).length;
  return `HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: ${length}\r\n` +
    `Connection: close\r\n\r\n${body}`;
}
