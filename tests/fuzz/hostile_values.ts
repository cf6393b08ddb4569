// What strangers may send, for fast-check: text that acts on terminals, JSON of any shape under names that mean something
// here, and messages that are nearly right.

import fc from "fast-check";

const ACTING = [
  "\0",
  "\x07",
  "\x1b[2J",
  "\x1b]0;x\x07",
  "\r",
  "\n",
  "\x7f",
  "\x9b",
  "\u202e",
  "\u2028",
  "\ufeff",
];
const KEYS = [
  ...[
    "jsonrpc",
    "id",
    "method",
    "params",
    "result",
    "error",
    "code",
    "message",
    "data",
    "command",
    "args",
    "to",
  ],
  ...[
    "name",
    "resume",
    "token",
    "lease_ms",
    "timeout_ms",
    "dry_run",
    "run",
    "on",
    "rank",
    "ticket",
    "status",
  ],
  ...["stdout", "stderr", "signal", "reason", "members", "joined", "left", "renamed", "epoch", "from"],
  ...["__proto__", "constructor", "toString", "length", "then"],
];
const METHODS = [
  "hello",
  "run",
  "cancel",
  "roster",
  "watch",
  "yield",
  "leave",
  "ping",
  "execute",
  "__proto__",
  "constructor",
];

/** Of any characters, lone surrogates and those that act among them. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.array(fc.oneof(fc.constantFrom(...ACTING, "\ud800", "\udc00", "a", " "), fc.string({ maxLength: 3 })), {
    maxLength: 8,
  }).map((parts) => parts.join("")),
);

const number: fc.Arbitrary<number> = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, -1, 0.5, 2 ** 53, -(2 ** 53), 1e300, 5e-324),
);

/** Any JSON, with keys that mean something, as it comes out of JSON.parse: `__proto__` is an own key there. */
export const json: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.constantFrom(null, true, false, "", "2.0"),
    number,
    text,
    fc.array(tie("value"), { maxLength: 5 }),
    fc.array(fc.tuple(fc.oneof(fc.constantFrom(...KEYS), text), tie("value")), { maxLength: 6 }).map(
      toObject,
    ),
  ),
})).value;

/** Params that are nearly what a method wants. */
export const params: fc.Arbitrary<unknown> = fc.oneof(
  json,
  fc.record({
    command: fc.oneof(fc.constant("uptime"), text),
    args: fc.oneof(fc.array(text, { maxLength: 4 }), json),
    to: fc.oneof(fc.array(fc.nat(5), { maxLength: 4 }), json),
    timeout_ms: fc.oneof(fc.nat(1_000), json),
    dry_run: fc.oneof(fc.boolean(), json),
  }, { requiredKeys: [] }),
  fc.record({ name: text, resume: text, lease_ms: number, run: json, on: json }, { requiredKeys: [] }),
);

/** A message that is one, or nearly. */
export const message: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 1, arbitrary: json },
  {
    weight: 5,
    arbitrary: fc.record({
      jsonrpc: fc.oneof({ weight: 9, arbitrary: fc.constant("2.0") }, { weight: 1, arbitrary: json }),
      id: fc.oneof(fc.nat(5), text, json),
      method: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...METHODS) }, { weight: 1, arbitrary: json }),
      params,
      result: json,
      error: json,
    }, { requiredKeys: ["jsonrpc"] }),
  },
);

/** A line as it may come in: a message, a batch, what a person types, or one of these with something torn out. */
export const line: fc.Arbitrary<string> = fc.tuple(
  fc.oneof(
    message.map((value) => JSON.stringify(value) ?? ""),
    fc.array(message, { maxLength: 5 }).map((values) => JSON.stringify(values)),
    fc.constantFrom("/who", "/watch on", "/yield", "@1 uptime", "uptime 'a b'", "/dry uptime", "/cancel"),
    text,
  ),
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.tuple(fc.nat(200), fc.nat(20), text) },
  ),
).map(([whole, wound]) => {
  if (wound === null) return whole;
  const [at, length, instead] = wound;
  return whole.slice(0, at) + instead + whole.slice(at + length);
});

/** What a person may type, ranks of all sizes among it. */
export const typed: fc.Arbitrary<string> = fc.oneof(
  line,
  fc.tuple(fc.array(fc.tuple(fc.nat(120), fc.option(fc.nat(120))), { minLength: 1, maxLength: 3 }), text).map(
    ([ranks, rest]) =>
      `@${ranks.map(([from, to]) => to === null ? from : `${from}-${to}`).join(",")} uptime ${rest}`,
  ),
);

/** An argument that may be meant as a number. */
export const argument: fc.Arbitrary<string> = fc.oneof(
  text,
  fc.integer({ min: -20, max: 20 }).map(String),
  fc.constantFrom("+5", "05", "-0", "1e0", " 1", "1\n", "0x1", "\u0661"),
);

function toObject(entries: readonly [string, unknown][]): unknown {
  return JSON.parse(
    `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`,
  );
}
