// Members to send commands to: the client as a library, with runners that the test makes up.

import { type Client, type CommandRunner, openClient, type Outcome } from "../../../src/client/mod.ts";

/** Takes a seat; resolves once it has it. */
export async function seat(port: number, name: string, runner: CommandRunner): Promise<Client> {
  const session = openClient({ host: "127.0.0.1", port, name, runner });
  for await (const event of session.events) {
    if (event.kind === "welcome") return session;
  }
  throw new Error(`${name} got no seat`);
}

/** Answers at once. */
export function answering(result: (Outcome & { kind: "ended" })["result"]): CommandRunner {
  return { prepare: () => ({ kind: "ended", result }) };
}

/** Its commands last until they are stopped. */
export const LASTING: CommandRunner = {
  prepare: () => (stopping) =>
    new Promise((resolve) => {
      stopping.addEventListener(
        "abort",
        () => resolve({ kind: "dropped", reason: stopping.reason ?? "lost" }),
      );
    }),
};
