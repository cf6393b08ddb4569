// A server that runs out of descriptors says so, serves those whom it has, and is itself again when they are freed.

import { openDescriptors } from "../support/programs/process_facts.ts";
import { dialTcp } from "./connect.ts";
import { heard, withstands } from "./withstand.ts";

const CONNECTIONS = 300;
const MOST = 100;

withstands({
  name: `${CONNECTIONS} connections to a server that may open ${MOST} descriptors`,
  server: { top: "max_clients = 1000", maxDescriptors: MOST },
  async strike({ server, attackers }) {
    const room = MOST - await openDescriptors(server.process.pid);
    // Whom the server cannot accept has no chance to speak TLS.
    const opened = await Promise.all(Array.from({ length: CONNECTIONS }, () => dialTcp(server.address.port)));
    attackers.defer(() => opened.forEach((socket) => socket.destroy()));
    for (const socket of opened) socket.on("error", () => {});
    await heard(server, "Cannot accept connections", 1);
    // The others wait in the kernel's queue until they give up.
    return { tried: CONNECTIONS, refused: CONNECTIONS - room };
  },
});
