// Names are shown on other people's terminals and in logs: short, not blank, and without anything that acts.

import { isVisible } from "../../log/mod.ts";

export type NameCheck =
  | { readonly ok: true; readonly name: string }
  | { readonly ok: false; readonly message: string };

const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{White_Space}]/gu;

/** @param maxLength in UTF-16 code units. */
export function checkName(text: string, maxLength: number): NameCheck {
  if (text.length > maxLength) {
    return { ok: false, message: `name: at most ${maxLength} characters, current length is ${text.length}` };
  }
  const name = text.trim();
  // A name that is there but shows nothing is none.
  if (name.replace(INVISIBLE, "") === "") return { ok: false, message: "name: may not be blank" };
  if (!isVisible(name)) return { ok: false, message: "name: may not contain control characters" };
  return { ok: true, name };
}
