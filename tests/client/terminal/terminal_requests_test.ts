// The driver at a terminal: what is asked of the session, and what is told of it.

import { assert, assertEquals } from "@std/assert";
import { notAnswered, notSent, RequestError } from "../../../src/client/session/request_error.ts";
import { atTerminal } from "./at_terminal.ts";
import { PLACE } from "./fake_session.ts";
import { KEY } from "./fake_terminal.ts";
import { result, summaryOf } from "./screen/results.ts";
import { welcomeEvent } from "../../support/client/welcome_event.ts";

const MORE = [2, 3, 4];

Deno.test("terminal: a run shows how far it is, then its table", () =>
  atTerminal(async ({ session, terminal }) => {
    terminal.type("uptime" + KEY.enter);
    await terminal.until((rows) => rows.at(-2) === "uptime: 0 of 2 (Ctrl-C cancels)");
    const [run] = session.runs;
    assertEquals(run!.params, { command: "uptime", args: [] });
    const results = [result(2, "ok", { stdout: "up\n" }), result(3, "failed", { code: 1 })];
    for (const one of results) {
      run!.options.onResult!({ run: 1, ...one });
      session.push({ kind: "result", result: { run: 1, ...one } });
    }
    await terminal.until((rows) => rows.at(-2) === "uptime: 2 of 2: 1 ok, 1 failed (Ctrl-C cancels)");
    run!.answer.resolve(summaryOf(results));
    assertEquals(await terminal.until((rows) => rows.at(-2) === "2 executors: 1 ok, 1 failed"), [
      "rank 1 of 4> uptime",
      "  status          ranks    output",
      "  ok              2 web-2  up",
      "  failed, exit 1  3 web-3  (no output)",
      "2 executors: 1 ok, 1 failed",
      "rank 1 of 4>",
    ]);
  }));

Deno.test("terminal: Ctrl-C cancels the run and not the client, and drops what waits behind it", () =>
  atTerminal(async ({ session, terminal }) => {
    terminal.type(`uptime${KEY.enter}ping${KEY.enter}`);
    await terminal.until((rows) => rows.at(-2) === "waiting: ping");
    const [run] = session.runs;
    terminal.type(KEY.ctrlC);
    await terminal.until((rows) => rows.at(-2)?.includes("cancelling") ?? false);
    assert(run!.options.signal!.aborted);
    run!.answer.resolve(summaryOf(MORE.map((rank) => result(rank, "cancelled"))));
    const rows = await terminal.until((rows) => rows.at(-2) === "3 executors: 3 cancelled");
    assert(rows.includes("Dropped 1 queued line"));
    assertEquals(session.runs.length, 1);
  }));

Deno.test("terminal: a second Ctrl-C waits for the answer no longer, and a late one is not shown", () =>
  atTerminal(async ({ session, terminal }) => {
    terminal.type("uptime" + KEY.enter);
    await terminal.until((rows) => rows.at(-2)?.startsWith("uptime: ") ?? false);
    terminal.type(KEY.ctrlC + KEY.ctrlC);
    await terminal.until((rows) => rows.at(-2) === "No longer waiting for the answer");
    session.runs[0]!.answer.resolve(summaryOf([result(2, "ok")]));
    terminal.type("/commands" + KEY.enter);
    const rows = await terminal.until((rows) => rows.at(-2) === "ping  restart  uptime");
    assert(!rows.some((row) => row.includes("executor")), rows.join("\n"));
  }));

Deno.test("terminal: pasted lines are carried out one after the other, each above its own answer", () =>
  atTerminal(async ({ session, terminal }) => {
    terminal.type("ping\ruptime\r\n@2,3 restart 'my app'\rhalf");
    for (const index of [0, 1, 2]) {
      await terminal.until(() => session.runs.length === index + 1);
      session.runs[index]!.answer.resolve(summaryOf([result(2, "ok", { stdout: `answer ${index}` })]));
    }
    const rows = await terminal.until((rows) =>
      rows.at(-2) === "1 executor: 1 ok" && session.runs.length === 3 && rows.length > 12
    );
    assertEquals(rows.filter((row) => row.includes(">") || row.includes("answer")), [
      "rank 1 of 4> ping",
      "  ok      2 web-2  answer 0",
      "rank 1 of 4> uptime",
      "  ok      2 web-2  answer 1",
      "rank 1 of 4> @2,3 restart 'my app'",
      "  ok      2 web-2  answer 2",
      "rank 1 of 4> half",
    ]);
    assertEquals(session.runs[2]!.params, { command: "restart", args: ["my app"], to: [2, 3] });
  }));

Deno.test("terminal: a refusal is told in a sentence with its reason", () =>
  atTerminal(async ({ session, terminal }) => {
    terminal.type("@0 uptime" + KEY.enter);
    await terminal.until(() => session.runs.length === 1);
    const error = { code: -32004, message: "rank 0 is above you", data: { reason: "outranked", rank: 0 } };
    session.runs[0]!.answer.reject(new RequestError("answered", error));
    await terminal.until((rows) => rows.at(-2) === "Refused: rank 0 is above you (outranked)");
  }));

Deno.test("terminal: /who shows the roster with the reader's own row marked", () =>
  atTerminal(async ({ session, terminal }) => {
    const member = (rank: number) => ({
      rank,
      ticket: rank + 100,
      name: `web-${rank}`,
      address: `10.0.0.${rank}:999`,
      // The clock of the server is ahead.
      since: rank === 0 ? "2025-01-02T03:04:05.678Z" : "2225-01-02T03:04:05.678Z",
    });
    session.answer = () => ({ epoch: 7, capacity: 20, members: [member(0), member(1)], you: 1 });
    terminal.type("/who" + KEY.enter);
    const rows = (await terminal.until((rows) => rows.length === 6)).slice(1, 5);
    assertEquals(rows.map((row) => row.replace(/\d+ d ago/, "500 d ago")), [
      "2 of 20 seats are taken",
      "  rank  name   address       connected  ticket",
      "     0  web-0  10.0.0.0:999  500 d ago     100",
      ">    1  web-1  10.0.0.1:999  just now      101",
    ]);
  }));

Deno.test("terminal: it watches for its count, but shows who comes and goes only after /watch on", () =>
  atTerminal(async ({ session, terminal }) => {
    assertEquals(session.requests[0], { method: "watch", params: { on: true } });
    const left = (ticket: number, members: number) =>
      session.push(
        { kind: "roster_changed", change: { epoch: 8, members, joined: [], left: [ticket], renamed: [] } },
        { ...PLACE, members },
      );
    left(104, 3);
    assertEquals(await terminal.untilPrompt("rank 1 of 3>"), ["rank 1 of 3>"]);
    const member = { rank: 2, ticket: 102, name: "web-2", address: "a:1", since: "2025-01-02T03:04:05Z" };
    session.answer = () => ({ epoch: 7, capacity: 20, members: [member], you: 1 });
    terminal.type("/watch on" + KEY.enter);
    await terminal.until((rows) => rows.at(-2) === "Clients that join and leave are shown from now on");
    left(102, 2);
    await terminal.until((rows) => rows.at(-2) === "web-2 left; 2 members");
    // One who was told of only by an arrival is known by name, too; and a new connection watches again.
    const joined = { ...member, rank: 2, ticket: 105, name: "web-5" };
    session.push({
      kind: "roster_changed",
      change: { epoch: 9, members: 3, joined: [joined], left: [], renamed: [] },
    });
    left(105, 2);
    await terminal.until((rows) => rows.at(-2) === "web-5 left; 2 members");
    const asked = session.requests.length;
    session.push({
      kind: "welcome",
      welcome: {
        ...PLACE,
        commands: [],
        protocol: 1,
        times: { heartbeat_ms: 0, silence_ms: 0, resume_grace_ms: 0, lease_ms: 0, lead_after_ms: 0 },
      },
    });
    await terminal.until(() => session.requests.length > asked);
    assertEquals(session.requests.at(-2), { method: "watch", params: { on: true } });
  }));

Deno.test("terminal: what it executes itself is shown, with a line that says so", () =>
  atTerminal(async ({ session, terminal }) => {
    const execute = {
      command: "restart",
      args: ["my app"],
      from: { rank: 0, ticket: 1, name: "ann\x07" },
      epoch: 7,
    };
    session.push({ kind: "execute", id: 1, execute });
    session.push({ kind: "executed", id: 1, execute, execution: { status: "ok", code: 0 } });
    const rows = await terminal.until((rows) => rows.length === 3);
    assertEquals(rows.slice(0, 2), [
      'Rank 0 (ann\\x07) commands: restart "my app"',
      'restart "my app" ran: ok',
    ]);
  }));

Deno.test("terminal: more pasted lines than can wait are dropped and told", () =>
  atTerminal(async ({ session, terminal }) => {
    terminal.type("uptime\r".repeat(1_010));
    const rows = await terminal.until((rows) => rows.at(-2) === "waiting: uptime and 999 more");
    assertEquals(rows.filter((row) => row.startsWith("1000 lines are waiting already")).length, 9);
    assertEquals(session.runs.length, 1);
  }));

Deno.test("terminal: command names that would drive it are printed as text", () =>
  atTerminal(async ({ session, terminal }) => {
    session.place = { ...PLACE, commands: ["uptime", "\x1b[2Jevil"] };
    terminal.type("/commands" + KEY.enter);
    await terminal.until((rows) => rows.at(-2) === "uptime  \\x1b[2Jevil");
  }));

Deno.test("terminal: what was not sent, and what has no answer, is not said to be refused", () =>
  atTerminal(async ({ session, terminal }) => {
    for (
      const [error, line] of [
        [notSent("disconnected", "there is no connection"), "Not sent: there is no connection"],
        [notAnswered("disconnected", "the connection was lost"), "No answer: the connection was lost"],
      ] as const
    ) {
      session.answer = () => {
        throw error;
      };
      terminal.type("/who" + KEY.enter);
      await terminal.until((rows) => rows.at(-2) === line);
    }
  }));

Deno.test("terminal: a rank means the client that was shown with it when the line was begun", () =>
  atTerminal(async ({ session, terminal }) => {
    const members = [0, 1, 2, 3].map((rank) => ({
      rank,
      ticket: 100 + rank,
      name: `web-${rank}`,
      address: "127.0.0.1:1",
      since: "2026-01-01T00:00:00Z",
    }));
    session.answer = (method) => method === "roster" ? { epoch: 7, capacity: 20, members, you: 1 } : {};
    terminal.type(`/who${KEY.enter}`);
    await terminal.until((rows) =>
      rows.some((row) => row.includes("web-3")) && rows.at(-1) === "rank 1 of 4>"
    );
    terminal.type("@2 ping");
    await terminal.untilPrompt("rank 1 of 4> @2 ping");
    // The client above leaves, and the screen says so while the user types.
    const change = { epoch: 8, members: 3, joined: [], left: [100], renamed: [] };
    session.push({ kind: "roster_changed", change });
    session.push({ kind: "promoted", promoted: { rank: 0, was: 1, epoch: 8, members: 3 } }, {
      ...PLACE,
      rank: 0,
      members: 3,
      epoch: 8,
    });
    await terminal.untilPrompt("rank 0 of 3> @2 ping");
    terminal.type(KEY.enter);
    await terminal.until((rows) => rows.at(-2)?.startsWith("ping: 0 of 1") ?? false);
    assertEquals(session.runs[0]!.params, { command: "ping", args: [], to_tickets: [102] });
    session.runs[0]!.answer.resolve(summaryOf([result(1, "ok", { ticket: 102 })]));
    await terminal.until((rows) => rows.at(-2) === "1 executor: 1 ok");
    terminal.type(`@2,ticket:7,db,5- uptime${KEY.enter}`);
    await terminal.until((rows) => rows.at(-2)?.startsWith("uptime: 0 of") ?? false);
    assertEquals(session.runs[1]!.params, {
      command: "uptime",
      args: [],
      to_tickets: [7, 103],
      to_names: ["db"],
      from_rank: 5,
    });
  }));

Deno.test("terminal: help and ? show the help, and are not sent unless they are commands here", () =>
  atTerminal(async ({ session, terminal }) => {
    for (const [index, text] of ["help", "?", "help me"].entries()) {
      terminal.type(text + KEY.enter);
      await terminal.until((rows) =>
        rows.filter((row) => row.startsWith("Tab completes")).length === index + 1 &&
        rows.at(-1) === "rank 1 of 4>"
      );
    }
    assertEquals(session.runs, []);
    session.place = { ...PLACE, commands: ["help"] };
    terminal.type("help" + KEY.enter);
    await terminal.until(() => session.runs.length === 1);
  }));

Deno.test("terminal: a misspelt command or word is answered with the one that was meant", () =>
  atTerminal(async ({ session, terminal }) => {
    const refusal = { code: -32003, message: "unknown", data: { rule: "commands" } };
    for (
      const [typed, shown] of [
        ["uptme", 'Refused: unknown; did you mean "uptime"? (not_allowed)'],
        ["zzz", "Refused: unknown; /commands lists them (not_allowed)"],
      ] as const
    ) {
      const count = session.runs.length;
      terminal.type(typed + KEY.enter);
      await terminal.until(() => session.runs.length > count);
      session.runs[count]!.answer.reject(new RequestError("answered", refusal));
      await terminal.until((rows) => rows.at(-2) === shown);
    }
    terminal.type("/rooster" + KEY.enter);
    await terminal.until((rows) =>
      rows.at(-2) === 'Not sent: Unknown word "/rooster"; did you mean "/roster"?'
    );
    terminal.type("/zzz" + KEY.enter);
    await terminal.until((rows) => rows.at(-2) === 'Not sent: Unknown word "/zzz"; /help lists all words');
  }));

Deno.test("terminal: /name takes another name", () =>
  atTerminal(async ({ session, terminal }) => {
    terminal.type("/name  Ada   L" + KEY.enter);
    await terminal.until((rows) => rows.at(-2) === 'Your name is now "Ada L"');
    assertEquals(session.requests.filter(({ method }) => method === "hello"), [
      { method: "hello", params: { name: "Ada L" } },
    ]);
    terminal.type("/name" + KEY.enter);
    await terminal.until((rows) => rows.at(-2) === "Not sent: /name needs a name: /name alice");
  }));

Deno.test("terminal: /help is mentioned once, when there is a seat or a place in the waiting room", () =>
  atTerminal(async ({ session, terminal }) => {
    session.push({ kind: "waiting", waiting: { position: 1 } });
    await terminal.until((rows) => rows.at(-2) === "Type /help for help");
    session.push(welcomeEvent({ rank: 1, ticket: 101 }));
    const rows = await terminal.until((rows) => rows.at(-2)?.startsWith("You are ") === true);
    assertEquals(rows.filter((row) => row === "Type /help for help").length, 1);
  }));

Deno.test("terminal: the arguments that the server allows are completed, and /commands describes them", () =>
  atTerminal(async ({ session, terminal }) => {
    const commands = [
      {
        name: "restart",
        description: "Restart a\x07 service",
        timeout_ms: 1,
        args: [
          { name: "service", one_of: ["nginx", "postgres", "a b"], max_bytes: 9 },
          { name: "count", integer: true, min: 1, max: 3, optional: true, max_bytes: 9 },
        ],
      },
      { name: "uptime", timeout_ms: 1 },
    ];
    session.answer = (method) => method === "commands" ? { commands } : {};
    session.push({ kind: "commands_changed", commands: ["restart", "uptime"] });
    await terminal.until((rows) => rows[0]!.startsWith("Commands are now"));
    terminal.type("@2,3 restart n\t");
    await terminal.untilPrompt("rank 1 of 4> @2,3 restart nginx");
    terminal.type("\t");
    terminal.type(KEY.ctrlC);
    await terminal.untilPrompt("rank 1 of 4>");
    session.place = { ...PLACE, commands: ["restart", "uptime"] };
    terminal.type("/commands" + KEY.enter);
    const rows = await terminal.until((rows) => rows.at(-2) === "  uptime");
    assertEquals(rows.at(-3), "  restart nginx|postgres|a b [COUNT]  Restart a\\x07 service");
  }, { columns: 100 }));

const namedRoster = (...names: string[]) => ({
  epoch: 7,
  capacity: 20,
  you: 1,
  members: names.map((name, rank) => ({
    rank,
    ticket: 100 + rank,
    name,
    address: "127.0.0.1:1",
    since: "2026-01-01T00:00:00Z",
  })),
});

Deno.test("terminal: Tab completes names of clients below, which it asks for once, and typing goes on", () =>
  atTerminal(async ({ session, terminal }) => {
    const asked: PromiseWithResolvers<unknown>[] = [];
    session.answer = (method) => {
      if (method !== "roster") return {};
      const answer = Promise.withResolvers<unknown>();
      asked.push(answer);
      return answer.promise;
    };
    terminal.type("@we\t\tx");
    await terminal.untilPrompt("rank 1 of 4> @wex");
    asked[0]!.resolve(namedRoster("web-0", "web-1", "web-3", "twin", "twin"));
    terminal.type(`${KEY.ctrlC}@we\t`);
    await terminal.untilPrompt("rank 1 of 4> @web-3");
    terminal.type(`${KEY.ctrlC}@tw\t`);
    await terminal.untilPrompt("rank 1 of 4> @tw");
    const joined = [{ ...namedRoster("db").members[0]!, rank: 5, ticket: 105 }];
    session.push({
      kind: "roster_changed",
      change: { epoch: 8, members: 6, joined, left: [102], renamed: [{ ticket: 103, name: "twin-1" }] },
    }, { ...PLACE, members: 6 });
    await terminal.untilPrompt("rank 1 of 6> @tw");
    terminal.type("\t\t");
    await terminal.until((rows) => rows.at(-2) === "@twin  @twin-1");
    terminal.type(`${KEY.ctrlC}@twin-1,d\t`);
    await terminal.untilPrompt("rank 1 of 6> @twin-1,db");
    assertEquals(asked.length, 1);
    // What came while nothing was heard is asked for.
    session.push({ kind: "missed", count: 3 });
    await terminal.until((rows) => rows.some((row) => row.startsWith("3 events were missed")));
    terminal.type(`${KEY.ctrlC}@f\t`);
    await terminal.until(() => asked.length === 2);
    asked[1]!.resolve(namedRoster("web-0", "web-1", "far"));
    await terminal.untilPrompt("rank 1 of 6> @far");
  }));

Deno.test("terminal: Tab offers what it knows where the roster is refused", () =>
  atTerminal(async ({ session, terminal }) => {
    session.answer = (method) => {
      if (method === "roster") throw notSent("disconnected", "there is no connection");
      return {};
    };
    terminal.type("@a\t");
    await terminal.untilPrompt("rank 1 of 4> @all");
  }));

Deno.test("terminal: of very many names, Tab shows the first ones and how many there are", () =>
  atTerminal(async ({ session, terminal }) => {
    const names = Array.from({ length: 302 }, (_, index) => `n-${String(index).padStart(3, "0")}`);
    session.answer = (method) => method === "roster" ? namedRoster(...names) : {};
    terminal.type("@n\t");
    await terminal.untilPrompt("rank 1 of 4> @n-");
    terminal.type("\t");
    await terminal.until((rows) => rows.at(-2)?.endsWith("@n-101  and 200 more") ?? false);
  }));
