// What to say of a misspelt word or command: the one that was probably meant, or where all are listed.

import { type Face, slashWords } from "../../protocol/methods/mod.ts";
import { isCommandName } from "../../rules/mod.ts";
import { RequestError } from "../session/mod.ts";
import { unknownCommand, unknownWord } from "../../spelling/mod.ts";

/** @param word without its slash, which does not exist at `face`. */
export function unknownWordMessage(word: string, face: Face): string {
  return unknownWord(`/${word}`, slashWords(face));
}

/** The refusal of a command that the server does not know, with a suggestion; any other error as it is. */
export function suggestCommand(
  error: RequestError,
  name: string,
  known: readonly string[],
): RequestError {
  const { rule } = (error.data ?? {}) as { readonly rule?: unknown };
  if (rule !== "commands" || !isCommandName(name)) return error;
  const message = unknownCommand(error.message, name, known);
  const { kind, mayBeSent } = error;
  return new RequestError(kind, { ...error.toErrorObject(), message }, { mayBeSent });
}
