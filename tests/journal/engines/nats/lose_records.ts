// A server whose newest records are gone, as after a power failure.

import type { NatsServer } from "../../../support/programs/nats_server.ts";
import { copy } from "./copy_folder.ts";

/** @param append those of the second call are lost; the server is not running then */
export async function loseRecords(server: NatsServer, append: () => Promise<unknown>): Promise<void> {
  await append();
  await server.kill();
  await copy(server.store, `${server.folder}/copy`);
  await server.restart();
  await append();
  await server.kill();
  await Deno.remove(server.store, { recursive: true });
  await copy(`${server.folder}/copy`, server.store);
}
