import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  LogFault,
  LogRequestError,
  type NatsLink,
  openLink,
  openLog,
} from "../../../../src/journal/engines/nats/mod.ts";
import { describeNew, identityOf } from "../../../../src/journal/engines/nats/stream_identity.ts";
import { namesOf } from "../../../../src/journal/engines/nats/names.ts";
import {
  findDifference,
  logSettings,
  snapshotSettings,
  type StreamSettings,
  withoutUnset,
} from "../../../../src/journal/engines/nats/stream_settings.ts";
import { checkServerVersion } from "../../../../src/journal/engines/nats/streams.ts";
import { isNatsMissing, NatsServer } from "../../../support/programs/nats_server.ts";
import { SYSTEM } from "./test_node.ts";

const ignore = await isNatsMissing();
const NAMES = namesOf("test");
const { signal: NEVER } = new AbortController();

function open(link: NatsLink, replicas: 1 | 3 = 1) {
  return openLog(link, { name: "test", replicas, system: SYSTEM }, NEVER);
}

async function connect(server: NatsServer): Promise<NatsLink> {
  return await openLink({ servers: [server.address], name: "test" }, NEVER);
}

async function api(link: NatsLink, request: string, payload: unknown = {}): Promise<Record<string, unknown>> {
  const { data } = await link.request(`$JS.API.STREAM.${request}`, JSON.stringify(payload), {
    timeoutMs: 5_000,
  });
  return JSON.parse(new TextDecoder().decode(data));
}

async function refusal(link: NatsLink): Promise<LogFault> {
  return await assertRejects(() => open(link), LogFault);
}

Deno.test({
  name: "streams are made once, and are the same log for every node, also after a restart of the server",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    const [a, b] = [await connect(server), await connect(server)];
    try {
      const opened = await Promise.all([open(a), open(b), open(a)]);
      const [{ identity }] = opened;
      assertEquals(opened.map((log) => log.identity), [identity, identity, identity]);
      await server.kill();
      await server.restart();
      assertEquals((await open(b)).identity, identity);
    } finally {
      await Promise.all([a.close(), b.close()]);
    }
  },
});

Deno.test({
  // The server answers those who ask while it makes a stream with a time of its own.
  name: "nodes that start at the same moment get the same log",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    const links = await Promise.all(Array.from({ length: 6 }, () => connect(server)));
    try {
      for (let round = 0; round < 60; round++) {
        const opened = await Promise.all(
          links.map((link) => openLog(link, { name: `r${round}`, replicas: 1, system: SYSTEM }, NEVER)),
        );
        assertEquals(new Set(opened.map(({ identity }) => identity)).size, 1);
      }
    } finally {
      await Promise.all(links.map((link) => link.close()));
    }
  },
});

Deno.test("the identity of a stream is in its description, once it has been made by a rankserver", () => {
  const config = { name: "RANK_test", description: describeNew(() => 0.5) };
  const created = "2026-01-02T03:04:05.678Z";
  assertEquals(identityOf({ created, config }), "8000000080000000");
  assertThrows(() => identityOf({ created: "0001-01-01T00:00:00Z", config }), LogRequestError);
  for (const description of [undefined, "", "rankserver", "my stream", "rankserver 8000000080000000 or so"]) {
    assertThrows(() => identityOf({ created, config: { ...config, description } }), LogFault, "RANK_test");
  }
});

const OTHER: readonly StreamSettings[] = [
  { max_age: 3_600_000_000_000 },
  { max_msgs: 1_000 },
  { discard: "old" },
  { deny_delete: false },
  { allow_direct: false },
  { duplicate_window: 60_000_000_000 },
  { storage: "memory" },
  { subjects: ["rank.test.log", "rank.test.more"] },
  { republish: { src: "rank.test.log", dest: "rank.test.other" } },
  { republish: undefined },
];

Deno.test({
  name: "a log stream that is set up otherwise is refused, left as it is, and the key is named",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    const link = await connect(server);
    try {
      for (const other of OTHER) {
        const settings = { ...withoutUnset(logSettings(NAMES, 1)), ...other };
        const created = await api(link, "CREATE.RANK_test", settings);
        assert(created["error"] === undefined, JSON.stringify(created));
        const { reason, key, message } = await refusal(link);
        assertEquals([reason, key], ["different", Object.keys(other)[0]]);
        assert(message.includes("RANK_test") && message.includes(key!), message);
        assertEquals((await api(link, "INFO.RANK_test"))["config"], created["config"]);
        await api(link, "DELETE.RANK_test");
      }
    } finally {
      await link.close();
    }
  },
});

Deno.test({
  name: "a snapshot stream that is set up otherwise is refused, and the key is named",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    const link = await connect(server);
    try {
      const settings = { ...withoutUnset(snapshotSettings(NAMES, 1)), max_msgs_per_subject: 2 };
      await api(link, "CREATE.RANKSNAP_test", settings);
      const { reason, key } = await refusal(link);
      assertEquals([reason, key], ["different", "max_msgs_per_subject"]);
    } finally {
      await link.close();
    }
  },
});

Deno.test("three replicas need version 2.10, one replica does not", () => {
  for (const version of ["2.9.10", "2.9.25", "1.4.1", "", "2"]) {
    checkServerVersion(version, 1);
    const fault = assertThrows(() => checkServerVersion(version, 3), LogFault);
    assertEquals(fault.reason, "old-server");
  }
  for (const version of ["2.10.0", "2.10.27", "2.10.0-beta.1", "2.15.1", "3.0.0"]) {
    checkServerVersion(version, 3);
  }
});

Deno.test("every setting that is present otherwise is a difference, and one that NATS adds is none", () => {
  for (const settings of [logSettings(NAMES, 3), snapshotSettings(NAMES, 3)]) {
    const present = { ...withoutUnset(settings), compression: "none", metadata: { "_nats.ver": "2.15.1" } };
    assertEquals(findDifference(settings, present), undefined);
    for (const [key, value] of Object.entries(settings)) {
      const other = typeof value === "number"
        ? value + 1
        : typeof value === "boolean"
        ? !value
        : { other: true };
      assertEquals(findDifference(settings, { ...present, [key]: other }), key);
    }
  }
});
