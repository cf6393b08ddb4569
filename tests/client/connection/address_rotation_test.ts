import { assertEquals } from "@std/assert";
import { AddressRotation, type Candidate } from "../../../src/client/connection/address_rotation.ts";

const A = { host: "a.example", port: 6001 };
const B = { host: "b.example", port: 6002 };
const C = { host: "::1", port: 6003 };

function failed(at = 0, retryAfterMs = 0) {
  return { at, retryAfterMs, wasLasting: false };
}

/** What is tried before the next wait, each attempt failing. */
function oneRow(rotation: AddressRotation, now = 0): Candidate[] {
  const tried: Candidate[] = [];
  for (let next = rotation.next(now); next !== undefined; next = rotation.next(now)) {
    tried.push(next);
    rotation.noteEnd(failed(now));
  }
  rotation.startOver();
  return tried;
}

Deno.test("addresses are tried in the order given, each once, and after the wait it goes on with the next", () => {
  const rotation = new AddressRotation([A, B, C]);
  assertEquals(oneRow(rotation), [A, B, C]);
  assertEquals(oneRow(rotation), [A, B, C]);
  rotation.next(0);
  rotation.noteEnd(failed());
  rotation.startOver();
  assertEquals(oneRow(rotation), [B, C, A]);
});

Deno.test("after a connection that lasted, the others are tried, and the one that broke is not among them", () => {
  const rotation = new AddressRotation([A, B, C]);
  rotation.next(0);
  rotation.noteEnd(failed());
  assertEquals(rotation.next(0), B);
  rotation.noteEnd({ at: 9_000, retryAfterMs: 0, wasLasting: true });
  assertEquals(oneRow(rotation, 9_000), [C, A]);
});

Deno.test("a connection that was short counts as an attempt: there is a wait after a row of them", () => {
  const rotation = new AddressRotation([A, B]);
  assertEquals([oneRow(rotation), rotation.next(0)], [[A, B], A]);
});

Deno.test("a server that asks for a wait is left out until then; where all do, the shortest wait is kept", () => {
  const rotation = new AddressRotation([A, B]);
  rotation.next(100);
  rotation.noteEnd(failed(100, 5_000));
  assertEquals(rotation.next(100), B);
  rotation.noteEnd(failed(100, 0));
  assertEquals([rotation.next(100), rotation.requestedWaitMs(100)], [undefined, 0]);
  rotation.startOver();
  assertEquals(oneRow(rotation, 200), [B]);
  assertEquals(rotation.next(300), B);
  rotation.noteEnd(failed(300, 9_000));
  assertEquals([rotation.next(300), rotation.requestedWaitMs(300)], [undefined, 4_800]);
  rotation.startOver();
  // A timer may end a little early.
  assertEquals(rotation.next(5_099), A);
});

Deno.test("with one address, each attempt is followed by a wait, with what the server asked for, an hour at most", () => {
  const rotation = new AddressRotation([A]);
  for (const [asked, kept] of [[0, 0], [5_000, 5_000], [Number.MAX_SAFE_INTEGER, 3_600_000]] as const) {
    assertEquals(rotation.next(0.3), A);
    rotation.noteEnd(failed(0.3, asked));
    assertEquals([rotation.next(0.3), rotation.requestedWaitMs(0.3), rotation.hasSeveral], [
      undefined,
      kept,
      false,
    ]);
    rotation.startOver();
  }
});

Deno.test("an address is tried once, however often it is named, and a name is not case-sensitive", () => {
  const rotation = new AddressRotation([A, B, { ...A, host: "A.Example" }]);
  rotation.setNamed([B, C, A]);
  assertEquals(oneRow(rotation), [A, B, C]);
  rotation.setNamed([]);
  assertEquals(oneRow(rotation), [A, B]);
});

Deno.test("the addresses of a name are candidates of their own, and the name stays with them", () => {
  const rotation = new AddressRotation([A, B]);
  rotation.setResolved(new Map([[A.host, ["10.0.0.1", "::2"]]]));
  const of = (ip: string) => ({ ...A, ip });
  assertEquals(oneRow(rotation), [of("10.0.0.1"), of("::2"), B]);
  rotation.setResolved(new Map());
  assertEquals(oneRow(rotation), [A, B]);
});

Deno.test("there is a bound on the addresses that are kept", () => {
  const rotation = new AddressRotation([A]);
  rotation.setNamed(Array.from({ length: 1_000 }, (_, n) => ({ host: `h${n}`, port: 1 })));
  assertEquals(oneRow(rotation).length, 64);
});
