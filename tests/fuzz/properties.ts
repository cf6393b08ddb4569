// What must hold whatever comes in. Each is tried a little in every test run and for as long as one likes by
// `deno task fuzz`.

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { eventLines } from "../../src/client/output/event_lines.ts";
import { readNote } from "../../src/client/connection/conversation/read_note.ts";
import { loadClientConfig } from "../../src/config/client_config.ts";
import { ConfigError } from "../../src/config/toml/config_error.ts";
import { loadServerConfig } from "../../src/config/server_config.ts";
import {
  encodeError,
  encodeNotification,
  encodeRequest,
  encodeResult,
  parseLine,
} from "../../src/protocol/json_rpc/json_rpc.ts";
import { type Line, LineFramer } from "../../src/protocol/wire/line_framer.ts";
import * as methods from "../../src/protocol/methods/mod.ts";
import { anyRunParamsShape } from "../../src/protocol/methods/params.ts";
import {
  executeLine,
  noteToText,
  refusedLine,
  type ServerNote,
} from "../../src/protocol/text/server_note.ts";
import { parseTextRequest } from "../../src/protocol/text/text_request.ts";
import type { CommandRule } from "../../src/rules/command_rule.ts";
import { CommandChecker } from "../../src/server/runs/check_command.ts";
import { outcomeOf } from "../../src/server/runs/executor_outcome.ts";
import { RIGHTS_WITHOUT_TOKEN } from "../../src/server/connection/rights.ts";
import { acts } from "../support/acting_text.ts";
import { seatsOf } from "../support/seats_of.ts";
import { argument, json, line, message, params, text, typed } from "./hostile_values.ts";
import { mutatedToml } from "./hostile_toml.ts";

export interface FuzzProperty {
  readonly name: string;
  readonly property: fc.IAsyncProperty<unknown>;
}

function property<Case>(
  name: string,
  cases: fc.Arbitrary<Case>,
  holds: (value: Case) => void | Promise<void>,
): FuzzProperty {
  // The cases of different properties are kept in one list.
  const typed = fc.asyncProperty(cases, async (value) => await holds(value));
  return { name, property: typed as unknown as fc.IAsyncProperty<unknown> };
}

const ROSTER = rosterOfTwo();
const NOTES = ["promoted", "yielded", "result", "roster_changed", "refused", "waiting", "closing", "cancel"];
/** So few that lines just within it and just beyond are common. */
const MAX_LINE_BYTES = 8;

export const PROPERTIES: readonly FuzzProperty[] = [
  property("no line makes the codec throw, and its messages are printable", line, (line) => {
    const parsed = parseLine(line, 3, 20);
    const all = parsed.kind === "batch" ? parsed.items : [parsed];
    for (const one of all) if (one.kind === "invalid") assertShown(one.refusal.message);
  }),

  property(
    "an encoded message is one line and decodes to the same message",
    fc.tuple(message, text, json),
    ([id, method, value]) => {
      const key = typeof id === "string" || typeof id === "number" ? id : null;
      const withParams = typeof value === "object" && value !== null ? value : undefined;
      const request = { kind: "request", id: key, method, params: withParams };
      assertSame(encodeRequest(key, method, withParams), request);
      assertSame(encodeNotification(method, withParams), {
        kind: "notification",
        method,
        params: withParams,
      });
      assertSame(encodeResult(key, value), { kind: "result", id: key, result: value });
      const refusal = { reason: "not_allowed", message: method } as const;
      const error = { code: -32003, message: method, data: { reason: "not_allowed" } };
      assertSame(encodeError(key, refusal), { kind: "error", id: key, error });
    },
  ),

  property(
    "the framer finds the same lines as a naive splitter, however the bytes are divided",
    fc.tuple(fc.uint8Array({ maxLength: 200 }).map(withLineEnds), fc.array(fc.nat(200), { maxLength: 6 })),
    ([bytes, cuts]) => {
      const framer = new LineFramer(MAX_LINE_BYTES);
      const at = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
      const lines = at.slice(1).flatMap((end, i) => framer.push(bytes.slice(at[i], end)));
      assertEquals(lines, splitNaively(bytes));
    },
  ),

  property(
    "no typed line makes its parser throw, and its messages are printable",
    typed,
    (line) => {
      const request = parseTextRequest(line, "server", { seats: 50 });
      if (request.kind === "invalid") assertShown(refusedLine(undefined, request.message).trimEnd());
      if (request.kind === "run") assert((request.to ?? []).every((rank) => rank < 50));
    },
  ),

  property(
    "no params make a method throw, and the fast parser agrees with the schema",
    params,
    (params) => {
      assertEquals(
        methods.readShape(methods.METHODS.run.params, params),
        methods.readShape(anyRunParamsShape, params),
      );
      for (const { params: shape } of Object.values(methods.METHODS)) {
        const read = methods.readShape<unknown>(shape, params);
        if (!read.ok) assertShown(read.message);
      }
    },
  ),

  property("every response of an executor becomes an outcome", json, (result) => {
    const outcome = outcomeOf({ kind: "result", id: 1, result });
    assert(outcome.status === "ok" || outcome.status === "failed");
    if (outcome.status === "ok") assertEquals(outcome.code, 0);
  }),

  property(
    "no arguments make the rules throw, and their messages are printable",
    fc.tuple(fc.array(argument, { maxLength: 6 }), fc.boolean()),
    ([args, isRest]) => {
      const checker = new CommandChecker(new Map([["scale", scaleRule(isRest)]]), {
        argsCount: 4,
        argBytes: 40,
      });
      const check = checker.check(ROSTER, ROSTER[0]!, { command: "scale", args });
      if (!check.ok) return assertShown(check.refusal.message);
      for (const arg of args) assert(String(Number(arg)) === arg && Math.abs(Number(arg)) <= 5, arg);
    },
  ),

  property(
    "no text from the server or another client controls the terminal",
    fc.tuple(fc.constantFrom(...NOTES), fc.oneof(params, nearlyNotes())),
    ([method, params]) => {
      const event = readNote(method, params);
      if (event === undefined) return;
      for (const shown of eventLines(event, { nameOf: () => "\x1b[2J" })) assertShown(shown);
      // Those two the server never says like this: a place is an answer, and its own ids are numbers.
      if (event.kind === "yielded" || (event.kind === "cancel" && typeof event.id !== "number")) return;
      const note = { method, params: { ...params as object } } as unknown as ServerNote;
      for (const shown of noteToText(note).split("\n")) assertShown(shown);
    },
  ),

  property(
    "a command is printed as one line that does not control the terminal",
    fc.tuple(text, fc.array(text), text),
    (parts) => {
      const [command, args, name] = parts;
      const shown = executeLine(command, args, { rank: 0, name });
      assert(shown.endsWith("\n"));
      assertShown(shown.slice(0, -1));
    },
  ),

  property(
    "a configuration is accepted, or rejected with printable messages",
    mutatedToml,
    async (file) => {
      for (const load of [loadServerConfig, loadClientConfig]) {
        try {
          await load({ file: { path: "some.toml", text: file } });
        } catch (error) {
          assert(error instanceof ConfigError, `${error}`);
          for (const sentence of error.message.split("\n")) assertShown(sentence);
        }
      }
    },
  ),
];

function rosterOfTwo() {
  return seatsOf(["m0", "m1"].map((name) => ({ rights: RIGHTS_WITHOUT_TOKEN, name }))).seats;
}

/** One integer, or with `isRest` any number of them. */
function scaleRule(isRest: boolean): CommandRule {
  const kind = { type: "integer", min: -5, max: 5 } as const;
  const args = [{ name: "count", kind, optional: true, rest: isRest, maxBytes: 30 }];
  return {
    name: "scale",
    description: "",
    args,
    maxRank: Infinity,
    maxExecutors: Infinity,
    timeoutMs: 1_000,
  };
}

/** Params that the client can read, with text that acts wherever there is text. */
function nearlyNotes(): fc.Arbitrary<unknown> {
  const member = fc.record({ rank: fc.nat(9), ticket: fc.nat(9), name: text, address: text, since: text });
  return fc.record({
    ...{ rank: fc.nat(9), was: fc.nat(9), epoch: fc.nat(9), members: fc.nat(9), ticket: fc.nat(9) },
    ...{
      run: fc.nat(9),
      name: text,
      status: fc.constantFrom(...methods.STATUSES),
      stdout: text,
      stderr: text,
    },
    ...{ signal: text, reason: text, message: text, method: text, command: text, code: fc.nat(9) },
    ...{ position: fc.nat(9), joined: fc.array(member, { maxLength: 2 }), left: fc.array(fc.nat(9)) },
    renamed: fc.array(fc.record({ ticket: fc.nat(9), name: text }), { maxLength: 2 }),
    data: fc.record({ reason: text }),
    id: fc.nat(9),
  });
}

function assertShown(line: string): void {
  assert(!acts(line), JSON.stringify(line));
}

function assertSame(encoded: string, expected: Record<string, unknown>): void {
  assert(!encoded.includes("\n"));
  // Through JSON both, as what is absent and what is undefined are the same there.
  assertEquals(JSON.parse(JSON.stringify(parseLine(encoded, 1))), JSON.parse(JSON.stringify(expected)));
}

/** Bytes of which some end a line and some are what text is made of. */
function withLineEnds(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => byte < 40 ? 10 : byte < 60 ? 13 : byte < 200 ? 97 : byte);
}

function splitNaively(bytes: Uint8Array): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    lines.push(toLine(bytes.slice(start, end)));
    start = end + 1;
  }
  // An overlong line is told of before its end has come.
  if (bytes.length - start > MAX_LINE_BYTES) lines.push({ fault: "too_long" });
  return lines;
}

function toLine(bytes: Uint8Array): Line {
  if (bytes.length > MAX_LINE_BYTES) return { fault: "too_long" };
  try {
    return {
      text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes).replace(/\r$/, ""),
    };
  } catch {
    return { fault: "bad_utf8" };
  }
}
