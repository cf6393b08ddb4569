// The pages of the wire protocol against the server: every transcript is replayed, every list is held against the table
// in the code that it describes.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { AUTH_SETTINGS } from "../../src/config/keys/server_keys.ts";
import { LIMIT_SETTINGS, SERVER_BOUNDS } from "../../src/config/keys/limits.ts";
import { ErrorCode } from "../../src/protocol/json_rpc/errors.ts";
import {
  CLOSE_REASONS,
  isMethodName,
  METHODS,
  NOTIFICATIONS,
  STATUSES,
} from "../../src/protocol/methods/mod.ts";
import { FIRST_PAGE, readProtocolPages } from "../support/protocol_pages.ts";
import { readTranscripts } from "./read_transcripts.ts";
import { replayTranscript } from "./replay_transcript.ts";

const PAGES = await readProtocolPages();
const DOCUMENT = PAGES.map(({ text }) => text).join("\n");
/** The page about transcripts: it has the configuration that all of them share. */
const NOTATION_PAGE = "docs/protocol/transcripts.md";
const transcripts = readTranscripts(PAGES);

for (const transcript of transcripts) {
  const { page, line, title } = transcript;
  Deno.test(`${page}, line ${line}, "${title}": the transcript is what the server does`, () =>
    replayTranscript(transcript));
}

Deno.test("Every page of the protocol is listed on the first one and has transcripts", () => {
  const paths = PAGES.map(({ path }) => path);
  const linked = PAGES[0]!.text.matchAll(/^\| \[(protocol\/.+?)\]\(\1\)/gm);
  assertEquals([FIRST_PAGE, ...[...linked].map(([, path]) => `docs/${path}`).sort()], paths);
  const replayed = new Set(transcripts.map(({ page }) => page));
  assertEquals(paths.filter((path) => !replayed.has(path)), [NOTATION_PAGE]);
});

Deno.test("The document has a transcript for every method", () => {
  const all = transcripts.flatMap(({ steps }) => steps).map((step) => "text" in step ? step.text : "").join(
    "\n",
  );
  const methods = [...Object.keys(METHODS).filter(isMethodName), ...Object.keys(NOTIFICATIONS)];
  assertEquals(methods.filter((method) => !all.includes(`"method":"${method}"`)), []);
});

Deno.test("Every message in a transcript is in sentence case, or begins with a quoted value, and has no final period", () => {
  const lines = transcripts.flatMap(({ steps }) => steps).map((step) => "text" in step ? step.text : "");
  const messages = lines.flatMap((text) => [...text.matchAll(/"message":("(?:[^"\\]|\\.)*")/g)])
    .map(([, json]) => JSON.parse(json!) as string).filter((message) => message !== "<text>");
  assert(messages.length > 40);
  assertEquals(messages.filter((message) => !/^(?:[A-Z]|").*[^.]$/.test(message)), []);
});

Deno.test("The document names every error with its code, every status and every reason for closing", () => {
  const errors = Object.entries(ErrorCode).map(([word, code]) => `| \`${code}\` | \`${word}\` |`);
  const words = [...STATUSES, ...CLOSE_REASONS].map((word) => `| \`${word}\` |`);
  const rows = DOCUMENT.replaceAll(/ +/g, " ");
  assertEquals([...errors, ...words].filter((start) => !rows.includes(start)), []);
});

Deno.test("The limits in the document have the defaults of the server", () => {
  const rows = [...DOCUMENT.matchAll(/^\| `(?:limits|auth)\.(\w+)` +\| +(\d+)/gm)];
  const defaults = new Map<string, unknown>(
    [...Object.values(LIMIT_SETTINGS), ...Object.values(AUTH_SETTINGS)]
      .map((setting) => [setting.key, "default" in setting ? setting.default : undefined]),
  );
  defaults.set("commands_per_second", SERVER_BOUNDS.remoteCommandsPerSecond);
  defaults.set("connections_per_address", SERVER_BOUNDS.remoteConnectionsPerAddress);
  assert(rows.length > 0);
  assertEquals(
    rows.map(([, key, value]) => [key, Number(value)]),
    rows.map(([, key]) => [key, defaults.get(key!)]),
  );
});

const WELCOME =
  `A <-- {"jsonrpc":"2.0","method":"welcome","params":{"hint":<hint>,"rank":0,"ticket":1,"epoch":1,"members":1,` +
  `"capacity":20,"commands":["ping"],"protocol":1,"limits":<limits>,"times":<times>}}`;

for (
  const [wrong, lines, message] of [
    ["another word", ["A connects", WELCOME.replace(`"rank":0`, `"rank":1`)], "received another line"],
    [
      "a line left out in the middle",
      ["A connects", "A --> /help", WELCOME, "A <-- Help"],
      "received another line",
    ],
    ["a line left out at the end", ["A connects"], "unread lines at the end"],
    ["a line left out before the end of a client", ["A connects", "A closes"], "has unread lines"],
    ["a stop that leaves a client open", ["A connects", WELCOME, "server stops"], "leaves open"],
  ] as const
) {
  Deno.test(`A transcript with ${wrong} fails`, async () => {
    const [transcript] = readTranscripts([{
      path: "made up",
      text: ["```toml transcripts", `commands = ["ping"]`, "```", "# Wrong", "```transcript", ...lines, "```"]
        .join("\n"),
    }]);
    await assertRejects(() => replayTranscript(transcript!), Error, message);
  });
}

Deno.test("The lines of the made-up transcripts are right where nothing is wrong", async () => {
  const lines = ["A connects", WELCOME, "A closes"];
  const [transcript] = readTranscripts([{
    path: "made up",
    text: ["```toml transcripts", `commands = ["ping"]`, "```", "```transcript", ...lines, "```"].join("\n"),
  }]);
  await replayTranscript(transcript!);
});
