// A notification in the form that its reader expects.

import { noteToJson, noteToNewcomer, noteToText, type ServerNote } from "../../protocol/text/mod.ts";
import type { Mode } from "./member.ts";

export function renderNote(note: ServerNote, mode: Mode): string {
  switch (mode) {
    case "text":
      return noteToText(note);
    case "undecided":
      return noteToNewcomer(note);
    case "pending":
    case "json":
      return noteToJson(note);
  }
}
