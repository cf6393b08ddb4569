// Who looks at the page: asks the server, logs in and out, and sends the operator's actions.

import type { PageAction, PageSession } from "../../../messages/mod.ts";

export type SessionAnswer =
  | { readonly kind: "open"; readonly session: PageSession }
  | { readonly kind: "needs token" }
  | { readonly kind: "unreachable" };

export async function askSession(): Promise<SessionAnswer> {
  try {
    const response = await fetch("session");
    if (response.ok) return { kind: "open", session: await response.json() };
    // 403: logged in, with a token that no longer permits watching.
    const needsToken = response.status === 401 || response.status === 403;
    return needsToken ? { kind: "needs token" } : { kind: "unreachable" };
  } catch {
    return { kind: "unreachable" };
  }
}

/** @returns why the server refused, as a sentence; `undefined`: logged in */
export async function logIn(token: string): Promise<string | undefined> {
  const { isOk, text } = await post("login", { token });
  return isOk ? undefined : text;
}

export async function logOut(): Promise<void> {
  await post("logout", {});
}

export interface ActionAnswer {
  readonly isOk: boolean;
  /** For people. */
  readonly text: string;
}

export function act(action: PageAction): Promise<ActionAnswer> {
  return post("actions", action);
}

async function post(path: string, body: unknown): Promise<ActionAnswer> {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer: { text?: string; error?: string } = await response.json().catch(() => ({}));
    const text = response.ok ? answer.text : answer.error;
    return {
      isOk: response.ok,
      text: text ?? (response.ok ? "Done" : `The server answered ${response.status}`),
    };
  } catch {
    return { isOk: false, text: "The server cannot be reached" };
  }
}
