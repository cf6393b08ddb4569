// What the command line has to say before a client leads, and how a client tells of its seat.

import { assertEquals } from "@std/assert";
import { eventJson } from "../../../src/client/output/event_json.ts";
import { eventLines } from "../../../src/client/output/event_lines.ts";
import type { ClientEvent } from "../../../src/client/session/client_event.ts";
import { PROJECT } from "../../support/programs/start_process.ts";
import { SERVER_LIMITS } from "../../support/client/server_limits.ts";

const REFUSED: readonly (readonly [args: readonly string[], stderr: string])[] = [
  [["127.0.0.1", "--lead"], "--lead needs a program to run: rankclient HOST --lead -- PROGRAM ARGUMENTS"],
  [
    ["127.0.0.1", "--lead", "--"],
    "--lead needs a program to run: rankclient HOST --lead -- PROGRAM ARGUMENTS",
  ],
  [
    ["127.0.0.1", "--lead", "--", ""],
    "--lead needs a program to run: rankclient HOST --lead -- PROGRAM ARGUMENTS",
  ],
  [["127.0.0.1", "writer", "--lead", "--", "x"], 'Unexpected argument "writer"'],
  [
    ["--via", "boss.sock", "--lead", "--", "x"],
    "--via uses the seat of a running client, so --lead and --on-change cannot be combined with it",
  ],
  [["127.0.0.1", "--on-change", "'x"], "--on-change cannot be read"],
];

Deno.test("a command line with --lead that cannot be meant is refused with exit code 2", async () => {
  for (const [args, stderr] of REFUSED) {
    const output = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        "--allow-env",
        "--allow-read",
        "--allow-net",
        `${PROJECT}/main.ts`,
        "client",
        ...args,
      ],
      stdin: "null",
    }).output();
    const said = new TextDecoder().decode(output.stderr);
    assertEquals([output.code, said.startsWith(stderr)], [2, true], said);
  }
});

Deno.test("a hook that cannot be run is refused before a seat is taken, as a program is", async () => {
  const refused = [
    ["/no/such/hook x", 127, '--on-change: Cannot run "/no/such/hook": no such file'],
    ["/dev/null", 126, '--on-change: Cannot run "/dev/null": not an executable file'],
  ] as const;
  for (const [hook, code, stderr] of refused) {
    for (const lead of [[], ["--lead", "--", "true"]]) {
      const args = ["run", "--no-prompt", "--allow-all", `${PROJECT}/main.ts`, "client", "127.0.0.1:1"];
      const output = await new Deno.Command(Deno.execPath(), {
        args: [...args, "--on-change", hook, ...lead],
        stdin: "null",
      }).output();
      assertEquals([output.code, new TextDecoder().decode(output.stderr).trim()], [code, stderr]);
    }
  }
});

Deno.test("a seat that was taken back, one that was lost, and a wait are told", () => {
  const times = { heartbeat_ms: 1, silence_ms: 2, resume_grace_ms: 0, lease_ms: 0, lead_after_ms: 0 };
  const welcome = {
    rank: 1,
    ticket: 5,
    epoch: 3,
    members: 4,
    capacity: 9,
    commands: ["x"],
    protocol: 1,
    limits: SERVER_LIMITS,
    times,
  };
  const events: ClientEvent[] = [
    { kind: "welcome", welcome, isBack: true },
    { kind: "seat_lost", why: "Invalid or expired resume token" },
    { kind: "waiting", waiting: { position: 3 } },
  ];
  assertEquals(events.flatMap((event) => eventLines(event)), [
    "Resumed rank 1 of 4 (9 seats, ticket 5)",
    "The previous seat is lost: Invalid or expired resume token; this is a new one",
    "All seats are taken; you are number 3 in the waiting room",
  ]);
  assertEquals(events.map(eventJson), [
    { event: "welcome", ...welcome, back: true },
    { event: "seat_lost", why: "Invalid or expired resume token" },
    { event: "waiting", position: 3 },
  ]);
});
