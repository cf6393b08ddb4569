// A client on Node, with the package as npm installs it. It executes what it is sent; "reboot" breaks its connection. When
// it has its seat again, it sends a command and leaves. Arguments: a port, and for TLS the file of an authority.

import { readFileSync } from "node:fs";
import { openClient } from "@rankserver/client";

const [port, ca] = process.argv.slice(2);
const client = openClient({
  host: "127.0.0.1",
  port: Number(port),
  name: "node",
  tls: ca === undefined ? undefined : { caCerts: [readFileSync(ca, "utf8")] },
  reconnect: { minMs: 1, maxMs: 1 },
  runner: {
    prepare({ command, args }) {
      if (command === "reboot") client.drop("as requested");
      return command === "uptime"
        ? { kind: "ended", result: { code: 0, stdout: args.join(" ") } }
        : { kind: "refused", reason: "unknown here" };
    },
  },
});

let ticket;
for await (const event of client.events) {
  if (event.kind === "disconnected") console.log(`disconnected: ${event.why}`);
  if (event.kind !== "welcome") continue;
  const { welcome, isBack } = event;
  if (isBack !== true) {
    ticket = welcome.ticket;
    console.log(`seated at rank ${welcome.rank}`);
    continue;
  }
  console.log(`back at rank ${welcome.rank}, ${ticket === welcome.ticket ? "same" : "other"} ticket`);
  const args = Array.from({ length: 10 }, () => "x".repeat(4_000));
  const { results } = await client.run({ command: "uptime", args }).done;
  for (const { name, status, code } of results) console.log(`${name}: ${status}, ${code}`);
  await client.close();
}
console.log("closed");
