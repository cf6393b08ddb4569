// `deno task demo`: plays the session that docs/rankclient.md shows, with real processes. Each step waits for the lines that it
// causes, so that the output is always the same except for the port numbers.

import { Actor, scene } from "./demo_actor.ts";

/** The file of the one client that executes something. */
const PING = new URL("../examples/ping.toml", import.meta.url).pathname;

async function play(): Promise<void> {
  console.log("# A server with three seats");
  const server = new Actor("server", ["server", "--port", "0", "--max-clients", "3"]);
  const [, port] = await server.shows(/port: (\d+)$/);
  const join = (name: string, args: readonly string[]) =>
    new Actor(name, ["client", `127.0.0.1:${port}`, "--name", name, ...args]);

  scene("Three clients connect and are ranked by arrival. Only Bob's file has a program for ping");
  const clients: Actor[] = [];
  for (const name of ["alice", "bob", "carol"]) {
    const client = join(name, name === "bob" ? ["--config", PING] : []);
    clients.push(client);
    await client.shows(/^You are rank/);
    await server.shows(/is named/);
  }
  const [alice, bob, carol] = clients as [Actor, Actor, Actor];
  for (const client of clients) await client.shows(/^Commands:/);

  scene("Alice has rank 0 and commands both others: Bob executes the command, Carol only prints it");
  await alice.types("ping");
  await bob.shows(/ping/);
  await carol.shows(/ping/);
  await alice.shows(/ended/);
  await server.shows(/ended/);

  scene("Carol has rank 2 and cannot command rank 0");
  await carol.types("@0 uptime");
  await carol.shows(/Refused/);
  await server.shows(/refused/);

  scene("Alice leaves, and the others move up");
  await alice.leaves();
  await bob.shows(/rank 0/);
  await carol.shows(/rank 1/);
  await server.shows(/to rank 1$/);

  scene("Bob has rank 0 now");
  await bob.types("uptime");
  await carol.shows(/uptime/);
  await bob.shows(/ended/);
  await server.shows(/ended/);

  scene("Everyone leaves, and the server stops");
  await carol.leaves();
  await bob.leaves();
  await server.shows(/left rank 0/);
  await server.stops();
}

if (import.meta.main) await play();
