// Members to send commands to: the client as a library, with runners that the test makes up.

import { type ClientSession, type CommandRunner, openClient, type Outcome } from "../../../src/client/mod.ts";

const LIMITS = { lineBytes: 1_048_576, programsAtOnce: 4, programsQueued: 10 };

/** Takes a seat; resolves once it has it. */
export async function seat(port: number, name: string, runner: CommandRunner): Promise<ClientSession> {
  const session = openClient({ host: "127.0.0.1", port, name, runner, limits: LIMITS });
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
      stopping.addEventListener("abort", () => resolve({ kind: "dropped", why: stopping.reason ?? "lost" }));
    }),
};
