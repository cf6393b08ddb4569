import { assert, assertEquals } from "@std/assert";
import { isNatsMissing, NatsServer } from "../../../support/programs/nats_server.ts";
import { compare, TestClusterNode } from "./test_cluster_node.ts";

const ignore = await isNatsMissing();

/** Puts a fault into the state, as a broken memory would. */
function damage({ node }: TestClusterNode): void {
  node.state.roster.addWaiting({ id: "ghost", name: "", ip: "", port: 0, since: 0, leaseMs: 0 });
}

Deno.test({
  name: "a node whose state differs builds it again from the log, and stops if it differs once more",
  ignore,
  fn: async () => {
    await using server = await NatsServer.start();
    const start = () => TestClusterNode.start({ server: server.address });
    await using a = await start();
    await using b = await start();
    await b.join("x");
    const { ticket } = (await a.join("y"))!;
    damage(a);
    const { id } = a.node;
    // The node that sees the other beat first rebuilds its state; the damaged one does so in any case.
    const renewed = await a.event("renewed");
    assert(renewed.kind === "renewed" && renewed.why === "diverged" && renewed.node !== id);
    await a.event("resumed");
    assert(!a.node.state.roster.waiting.has("ghost"));
    await a.claim(ticket, "y again");
    await a.join("z");
    assertEquals((await compare([a, b])).seats.size, 1);
    assertEquals(a.chains.get(a.node.state.position), b.chains.get(b.node.state.position));
    assertEquals([...a.events.all, ...b.events.all].filter(({ kind }) => kind === "fault"), []);
    damage(a);
    const event = await a.event("fault");
    assert(event.kind === "fault");
    assertEquals(event.fault.reason, "diverged");
  },
});
