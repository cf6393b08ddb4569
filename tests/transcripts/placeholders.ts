// What a transcript cannot give word for word, because it is another every time, or has no place on a page.

const PLACEHOLDER = /<([A-Z]|time|text|times|limits|hint|ago|token|ms)>/g;

/** The lines that a received line may be. `<A>` is the address of client A, as `addressOf` gives it. */
export function fillIn(text: string, addressOf: (client: string) => string): RegExp {
  const parts = text.split(PLACEHOLDER).map((part, index) => index % 2 === 0 ? quoted(part) : matched(part));
  return new RegExp(`^${parts.join("")}$`, "u");

  function matched(name: string): string {
    switch (name) {
      case "time":
        return String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
      case "text":
        // The inside of a JSON string.
        return String.raw`(?:[^"\\]|\\.)+`;
      case "times":
        return String
          .raw`\{"heartbeat_ms":\d+,"silence_ms":\d+,"resume_grace_ms":\d+,"lease_ms":\d+,"lead_after_ms":\d+\}`;
      case "limits":
        return String.raw`\{"line_bytes":\d+,"output_bytes":\d+,"timeout_ms":\d+\}`;
      case "hint":
        return '"Type /help and press Enter"';
      case "ago":
        return String.raw`(?:just now|\d+ s ago)`;
      case "ms":
        return String.raw`\d+`;
      case "token":
        return String.raw`[\w-]{43}`;
      default:
        return quoted(addressOf(name));
    }
  }
}

/** Puts in tokens: `<token of A>` is the one that A was sent last, as `tokenOf` gives it. */
export function fillInTokens(text: string, tokenOf: (client: string) => string): string {
  return text.replace(/<token of ([A-Z])>/g, (_, client) => tokenOf(client));
}

/** A sent line: as text, or as bytes with its ending where it has bytes that no page can show. */
export function toBytes(text: string): string | Uint8Array {
  const long = /^<(\d+) bytes>$/.exec(text);
  if (long !== null) return new TextEncoder().encode(`${"x".repeat(Number(long[1]))}\n`);
  const parts = text.split(/<0x([0-9a-f]{2})>/);
  if (parts.length === 1) return text;
  const bytes = parts.flatMap((part, index) =>
    index % 2 === 0 ? [...new TextEncoder().encode(part)] : [parseInt(part, 16)]
  );
  return new Uint8Array([...bytes, 10]);
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|\/]/g, String.raw`\$&`);
}
