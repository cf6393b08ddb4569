// Sends a `run`, and a `cancel` when it is aborted; also dry runs.

import type { Id } from "../../protocol/json_rpc/mod.ts";
import { type DryRunSummary, METHODS } from "../../protocol/methods/mod.ts";
import { checkAnswer } from "./check_answer.ts";
import type { RequestOptions } from "./request_types.ts";
import type { RunOptions, RunRequest, StartedRun } from "./client_session.ts";

/** Sends a request. `done` rejects with a `RequestError`, or with the reason of an aborted `signal`. */
export type SendRequest = (
  method: string,
  params: unknown,
  options?: RunOptions,
) => { readonly id: Id; readonly done: Promise<unknown> };

/** Aborting `signal` sends `cancel`, once. */
export function startRun(
  send: SendRequest,
  params: RunRequest,
  { signal, onResult }: RunOptions = {},
): StartedRun {
  const sent = send("run", params, { onResult });
  const done = sent.done.then((answer) => checkAnswer(METHODS.run.result, answer));
  // A refusal only means that the run has ended meanwhile, and then its answer is on the way.
  const cancel = () => send("cancel", { run: sent.id }).done.catch(() => {});
  if (signal?.aborted) cancel();
  signal?.addEventListener("abort", cancel, { once: true });
  const forget = () => signal?.removeEventListener("abort", cancel);
  done.then(forget, forget);
  return { id: sent.id, done };
}

/** Asks what a run would do. */
export async function askDryRun(
  send: SendRequest,
  params: RunRequest,
  options?: RequestOptions,
): Promise<DryRunSummary> {
  const answer = await send("run", { ...params, dry_run: true }, options).done;
  return checkAnswer(METHODS.run.dryRun.result, answer);
}
