// The benchmark is worth what its load generator sees: each receiver has to get each message once, in order and whole.
// Here a broadcaster gets it wrong in every way, once, after a hundred messages.

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { LoadGenerator, type StepResult } from "../../bench/load/load_generator.ts";
import { makeCertificate } from "../../bench/servers/certificate.ts";
import { Running } from "../../bench/servers/running.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const RECEIVERS = 3;
const FAULTY_RECEIVER = 2;
const FAULTY_MESSAGE = 100;

type Fault = (line: string) => string;

/** The next line that a faulty receiver gets in place of message {@linkcode FAULTY_MESSAGE}. */
const FAULTS: Readonly<Record<string, { readonly fault: Fault; readonly seen: RegExp }>> = {
  "is lost": { fault: () => "", seen: /receiver 2 got message 101 after 99/ },
  "comes twice": { fault: (line) => line + line, seen: /receiver 2 got message 100 after 100/ },
  "is damaged": { fault: (line) => line.replace("x\n", "y\n"), seen: /a message came damaged/ },
  "comes in another's place": {
    fault: (line) => line.replace("#load#0000000000000100", "#load#0000000000000101"),
    seen: /receiver 2 got message 101 after 99/,
  },
};

/** Sends what the first connection says to all later ones, to one of them with a fault. */
async function broadcast(listener: AsyncIterable<Deno.Conn>, fault: Fault): Promise<void> {
  const conns: Deno.Conn[] = [];
  const serving: Promise<void>[] = [];
  const encoder = new TextEncoder();
  const serve = async (conn: Deno.Conn) => {
    let count = 0;
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(65_536);
    let rest = "";
    for (let n = await conn.read(buffer); n !== null; n = await conn.read(buffer)) {
      const lines = (rest + decoder.decode(buffer.subarray(0, n), { stream: true })).split(/(?<=\n)/);
      rest = lines.at(-1)!.endsWith("\n") ? "" : lines.pop()!;
      const first = count + 1;
      count += lines.length;
      const faulty = lines.map((line, i) => first + i === FAULTY_MESSAGE ? fault(line) : line);
      for (const [i, to] of conns.slice(1).entries()) {
        await writeAll(to, encoder.encode((i + 1 === FAULTY_RECEIVER ? faulty : lines).join("")));
      }
    }
  };
  for await (const conn of listener) {
    conns.push(conn);
    await writeAll(conn, encoder.encode("welcome\n"));
    serving.push(serve(conn).catch(() => {}));
    if (conns.length > RECEIVERS) break;
  }
  await Promise.all(serving);
  conns.forEach((conn) => conn.close());
}

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await conn.write(rest));
}

const STEPS = ["seat", "pipelined", "closed:160"];

async function measure(fault: Fault, hasTls = false, steps = STEPS): Promise<Map<string, StepResult>> {
  const running = new Running();
  const certificate = hasTls ? makeCertificate(running.folder) : undefined;
  const where = { hostname: "127.0.0.1", port: 0 };
  const listener = certificate === undefined ? Deno.listen(where) : Deno.listenTls({
    ...where,
    cert: await Deno.readTextFile(certificate.cert),
    key: await Deno.readTextFile(certificate.key),
  });
  const broadcasting = broadcast(listener, fault);
  try {
    return await new LoadGenerator(running, ROOT, false, hasTls).run({
      protocol: "raw",
      port: listener.addr.port,
      serverPid: Deno.pid,
      receivers: RECEIVERS,
      window: 16,
      seconds: 0.1,
      steps,
      authority: certificate?.cert,
    });
  } finally {
    await broadcasting;
    try {
      listener.close();
    } catch {
      // Leaving the loop over it has closed it.
    }
    running.endAll();
  }
}

const ignore = isCompilerMissing();
if (ignore) console.warn("cc is missing: the tests of the load generator are ignored");

/** The program and the headers that the load generator needs for TLS. */
function hasOpenssl(): boolean {
  const running = new Running();
  try {
    const has = makeCertificate(running.folder) !== undefined &&
      new LoadGenerator(running, ROOT, false, true).hasTls;
    if (!has) console.warn("openssl or its headers are missing: the load generator is not tested over TLS");
    return has;
  } finally {
    running.endAll();
  }
}

function isCompilerMissing(): boolean {
  try {
    return !new Deno.Command("cc", { args: ["--version"], stdout: "null", stderr: "null" }).outputSync()
      .success;
  } catch {
    return true;
  }
}

Deno.test({
  name: "the load generator is content with a broadcaster that gets everything right",
  ignore,
  fn: async () => {
    const results = await measure((line) => line);
    assertDelivered(results);
  },
});

Deno.test({
  name: "the load generator gets the same messages over TLS",
  ignore: ignore || !hasOpenssl(),
  fn: async () => assertDelivered(await measure((line) => line, true)),
});

const COUNTED = ["seat", "counted:0"];

Deno.test({
  name: "where the load generator only counts the bytes of receivers, all of them have to get as many",
  ignore,
  fn: async () => {
    const results = await measure((line) => line, false, COUNTED);
    assert(results.get("counted:0")!.per_second! > 0, "nothing was delivered");
    await assertRejects(
      () => measure((line) => line + line, false, COUNTED),
      Error,
      "receiver 2 got message",
    );
  },
});

/** A line has its message and its end: 100 bytes of it unless the step says otherwise. */
function assertDelivered(results: ReadonlyMap<string, StepResult>): void {
  assertEquals([...results.keys()], STEPS);
  assertEquals([...results.values()].map(({ frame_bytes }) => frame_bytes), [undefined, 101, 161]);
  assert(results.get("pipelined")!.per_second! > 0, "nothing was delivered");
}

for (const [what, { fault, seen }] of Object.entries(FAULTS)) {
  Deno.test({
    name: `the load generator stops when a message ${what}`,
    ignore,
    fn: async () => {
      const error = await assertRejects(() => measure(fault), Error);
      assertMatch(error.message, seen);
    },
  });
}
